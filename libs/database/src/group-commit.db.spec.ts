import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource } from 'typeorm';
import { freshDatabase } from '@griffin/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Database } from './database.ts';
import { dataSourceOptions } from './service-data-source.ts';
import type { Tx } from './tx.ts';

const commit = 'workload.record';

let dataSource: DataSource;
let database: Database;
beforeAll(async () => {
  const { urls } = await freshDatabase();
  dataSource = await new DataSource(
    dataSourceOptions({ url: urls.isc, schema: 'isc', entities: [], migrations: [] }),
  ).initialize();
  await dataSource.query('CREATE TABLE done (key text, transaction bigint DEFAULT txid_current())');
});
afterAll(() => dataSource.destroy());
beforeEach(async () => {
  await dataSource.query('TRUNCATE done');
  database = new Database(dataSource);
});

const insert = (key: string) => async (tx: Tx) => void (await tx.query('INSERT INTO done (key) VALUES ($1)', [key]));
const done = () =>
  dataSource.query<{ key: string; transaction: string }[]>('SELECT key, transaction FROM done ORDER BY ctid');
const transactions = async () => new Set((await done()).map(({ transaction }) => transaction)).size;

it('commits together what comes together, in the order of the keys', async () => {
  const keys = ['c', 'a', 'b'];
  await Promise.all(keys.map((key) => database.grouped(commit, key, insert(key))));
  expect((await done()).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  expect(await transactions()).toBe(1);
});

it('commits together what comes while another one is under way', async () => {
  let others: Promise<void>[] = [];
  await database.grouped(commit, 'first', async (tx) => {
    others = ['b', 'a'].map((key) => database.grouped(commit, key, insert(key)));
    await insert('first')(tx);
  });
  await Promise.all(others);
  expect((await done()).map(({ key }) => key)).toEqual(['first', 'a', 'b']);
  expect(await transactions()).toBe(2);
});

it('lets those of one key follow each other', async () => {
  const keys = ['a', 'b', 'a', 'a'];
  await Promise.all(keys.map((key) => database.grouped(commit, key, insert(key))));
  expect((await done()).map(({ key }) => key)).toEqual(['a', 'b', 'a', 'a']);
  expect(await transactions()).toBe(3);
});

it('gives each its own result', async () => {
  const add = (one: number) =>
    database.grouped(commit, String(one), async (tx) => {
      const [row] = await tx.query<{ sum: number }[]>('SELECT $1::int + 1 AS sum', [one]);
      return row?.sum;
    });
  expect(await Promise.all([1, 2, 3].map(add))).toEqual([2, 3, 4]);
});

it.each([
  ['PostgreSQL refuses', (tx: Tx) => tx.query('SELECT 1 / 0').then(() => undefined), /division by zero/],
  ['it throws', async () => Promise.reject(new Error('mine')), /mine/],
])('lets no other suffer where %s', async (_, work, message) => {
  const outcomes = await Promise.allSettled([
    database.grouped(commit, 'a', insert('a')),
    database.grouped(commit, 'b', work),
    database.grouped(commit, 'c', insert('c')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((outcomes[1] as PromiseRejectedResult).reason.message).toMatch(message);
  expect((await done()).map(({ key }) => key).toSorted()).toEqual(['a', 'c']);
  // Nothing of the one that failed is left on a connection.
  await database.grouped(commit, 'd', insert('d'));
  expect(await done()).toHaveLength(3);
});

it('does nothing again when the commit itself fails: it may have been done', async () => {
  await dataSource.query('CREATE TABLE once (key text UNIQUE DEFERRABLE INITIALLY DEFERRED)');
  let works = 0;
  const add = (key: string) =>
    database.grouped(commit, key, async (tx) => {
      works += 1;
      await tx.query(`INSERT INTO once VALUES ('the same')`);
    });
  const outcomes = await Promise.allSettled(['a', 'b'].map(add));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(works).toBe(2);
  expect(await dataSource.query('SELECT FROM once')).toEqual([]);
});

it('does the work in the context of whoever asked', async () => {
  const context = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const look = (name: string) =>
    context.run(name, () => database.grouped(commit, name, async () => void seen.push(context.getStore())));
  await Promise.all(['a', 'b', 'c'].map(look));
  expect(seen).toEqual(['a', 'b', 'c']);
});
