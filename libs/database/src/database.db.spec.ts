import { freshDatabase } from '@griffin/testing';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database, DatabaseModule, prepared, sqlState, type Tx } from './index.ts';

let app: TestingModule;
let database: Database;

beforeAll(async () => {
  const { urls } = await freshDatabase();
  const forService = DatabaseModule.forService({ url: urls.api, schema: 'api', entities: [], migrations: [] });
  @Module({ imports: [forService] })
  class ServiceModule {}
  app = await Test.createTestingModule({ imports: [ServiceModule] }).compile();
  database = app.get(Database);
  await database.manager.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)');
});

afterAll(() => app.close());

const balances = () => database.manager.query('SELECT id, balance FROM account ORDER BY id');

async function openAccounts(): Promise<void> {
  await database.manager.query('TRUNCATE account');
  await database.manager.query('INSERT INTO account VALUES (1, 0), (2, 0)');
}

const deposit = (tx: Tx, id: number) => tx.query('UPDATE account SET balance = balance + 1 WHERE id = $1', [id]);

it('gives a Nest service its own role and schema', async () => {
  const found = await database.manager.query('SELECT current_user AS role, current_schema AS schema');
  expect(found).toEqual([{ role: 'griffin_api', schema: 'api' }]);
});

it('commits nothing of work that fails', async () => {
  await openAccounts();
  const failing = database.transaction('event.ingest', async (tx) => {
    await deposit(tx, 1);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await balances()).toEqual([
    { id: 1, balance: 0 },
    { id: 2, balance: 0 },
  ]);
});

it('runs the loser of a deadlock again, so that both are done once', async () => {
  await openAccounts();
  let runs = 0;
  let proceed: () => void;
  const bothHoldOne = new Promise<void>((resolve) => (proceed = resolve));
  const crossing = (from: number, to: number) =>
    database.transaction('event.ingest', async (tx) => {
      await deposit(tx, from);
      runs += 1;
      if (runs === 2) proceed();
      await bothHoldOne;
      await deposit(tx, to);
    });
  await Promise.all([crossing(1, 2), crossing(2, 1)]);
  expect(runs).toBe(3);
  expect(await balances()).toEqual([
    { id: 1, balance: 2 },
    { id: 2, balance: 2 },
  ]);
});

it('tells the SQLSTATE of what PostgreSQL refused', async () => {
  await openAccounts();
  const again = database.manager.query('INSERT INTO account VALUES (1, 0)');
  expect(await again.then(() => undefined, sqlState)).toBe('23505');
  expect(sqlState(new Error('other'))).toBeUndefined();
});

const backend = (tx: Tx) => prepared<{ pid: number }>(tx, 'SELECT pg_backend_pid() AS pid', []);

it('looks up over one connection what is asked for at one time, and over another when that one broke', async () => {
  const lookUp = async () => (await database.lookUp(backend))[0]!.pid;
  const [first, ...others] = await Promise.all([lookUp(), lookUp(), lookUp()]);
  expect(others).toEqual([first, first]);
  const cut = database.lookUp((tx) => prepared(tx, 'SELECT pg_terminate_backend(pg_backend_pid())', []));
  const [outcome, beside] = await Promise.allSettled([cut, lookUp()]);
  expect([outcome.status, beside.status]).toEqual(['rejected', 'rejected']);
  expect(await lookUp()).not.toBe(first);
});

it('runs statements that were called in one turn in their order, and none after one that failed', async () => {
  await openAccounts();
  const set = (tx: Tx, balance: number) => prepared(tx, 'UPDATE account SET balance = $1 WHERE id = 1', [balance]);
  const refused = (tx: Tx) => prepared(tx, 'INSERT INTO account VALUES ($1, 0)', [1]);
  await database.transaction('event.ingest', (tx) => Promise.all([set(tx, 1), set(tx, 2), set(tx, 3)]));
  expect((await balances())[0]).toEqual({ id: 1, balance: 3 });
  const failing = database.transaction('event.ingest', (tx) => Promise.all([set(tx, 4), refused(tx), set(tx, 5)]));
  expect(await failing.then(() => undefined, sqlState)).toBe('23505');
  expect((await balances())[0]).toEqual({ id: 1, balance: 3 });
});
