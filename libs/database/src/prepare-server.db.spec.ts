import { startPostgres, type PostgresServer } from '@griffin/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareServer, serviceSchemas, sqlState, type ServiceSchema } from './index.ts';

const insufficientPrivilege = '42501';

// Roles belong to the whole server, so these tests need one of their own.
let server: PostgresServer;
let urls: Record<ServiceSchema, string>;
const open: pg.Client[] = [];

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  open.push(client);
  return client;
}

async function refusal(client: pg.Client, sql: string): Promise<string | undefined> {
  return client.query(sql).then(() => 'allowed', sqlState);
}

beforeAll(async () => {
  server = await startPostgres({ throwaway: true });
  urls = await prepareServer(server.url);
});

afterAll(async () => {
  await Promise.all(open.map((client) => client.end()));
  await server.stop();
});

it('gives each service a schema that is its own and closed to the others', async () => {
  const api = await connect(urls.api);
  await api.query('CREATE TABLE thing (id int)');
  await api.query('INSERT INTO api.thing VALUES (1)');
  const lineage = await connect(urls.lineage);
  expect(await refusal(lineage, 'SELECT * FROM api.thing')).toBe(insufficientPrivilege);
  expect(await refusal(lineage, 'CREATE TABLE api.other (id int)')).toBe(insufficientPrivilege);
  expect(await refusal(lineage, 'CREATE TABLE bus.other (id int)')).toBe(insufficientPrivilege);
});

it('takes given passwords, ends earlier ones, and keeps what is there', async () => {
  const given = { api: 'a', isc: 'b', lineage: 'c/:@ d' };
  const renewed = await prepareServer(server.url, given);
  await expect(connect(urls.lineage)).rejects.toThrow('password authentication failed');
  const api = await connect(renewed.api);
  expect((await api.query('SELECT * FROM thing')).rows).toEqual([{ id: 1 }]);
  await connect(renewed.lineage);
  urls = renewed;
});

it('may be run from several places at once', async () => {
  const passwords = { api: 'one', isc: 'two', lineage: 'three' };
  const all = await Promise.all(Array.from({ length: 5 }, () => prepareServer(server.url, passwords)));
  urls = all[0] ?? urls;
  for (const schema of serviceSchemas) {
    const service = await connect(urls[schema]);
    expect((await service.query('SELECT current_schema AS schema')).rows).toEqual([{ schema }]);
  }
});

it('needs no superuser, only an owner of the database that may create roles', async () => {
  const other = await startPostgres({ throwaway: true });
  try {
    const superuser = await connect(other.url);
    await superuser.query("CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'operator'");
    await superuser.query('CREATE DATABASE managed OWNER operator');
    const admin = new URL(other.url);
    Object.assign(admin, { username: 'operator', password: 'operator', pathname: '/managed' });
    await prepareServer(admin.toString());
    const again = await prepareServer(admin.toString());
    const isc = await connect(again.isc);
    await isc.query('CREATE TABLE mine (id int)');
    const appended = await isc.query("INSERT INTO bus.event (topic, key, envelope) VALUES ('t', 'k', '{}')");
    expect(appended.rowCount).toBe(1);
  } finally {
    await Promise.all(open.splice(-2).map((client) => client.end()));
    await other.stop();
  }
});

it('appends to the bus in the order of the commits', async () => {
  const [first, second, reader] = [await connect(urls.api), await connect(urls.isc), await connect(urls.lineage)];
  const append = (client: pg.Client, key: string) =>
    client.query('INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)', ['order', key, '{}']);
  await reader.query('LISTEN bus_event');
  const woken = new Promise((resolve) => reader.once('notification', resolve));

  await first.query('BEGIN');
  await append(first, 'first');
  let secondIsIn = false;
  const waiting = append(second, 'second').then(() => (secondIsIn = true));
  const waiters = 'SELECT count(*)::int AS n FROM pg_locks WHERE locktype = $1 AND NOT granted';
  const admin = await connect(server.url);
  await expect.poll(async () => (await admin.query(waiters, ['advisory'])).rows[0]?.n).toBe(1);
  expect(secondIsIn).toBe(false);
  await first.query('COMMIT');
  await Promise.all([waiting, woken]);

  const { rows } = await reader.query("SELECT key FROM bus.event WHERE topic = 'order' ORDER BY seq");
  expect(rows.map(({ key }) => key)).toEqual(['first', 'second']);
});

it('lets a service move its own place on the bus, and take nothing back from the log', async () => {
  const isc = await connect(urls.isc);
  await isc.query("INSERT INTO bus.consumer (service) VALUES ('isc-worker') ON CONFLICT DO NOTHING");
  const moved = await isc.query("UPDATE bus.consumer SET seq = 7 WHERE service = 'isc-worker'");
  expect(moved.rowCount).toBe(1);

  const api = await connect(urls.api);
  expect((await api.query('SELECT seq FROM bus.consumer')).rows).toEqual([{ seq: '7' }]);
  expect((await api.query('UPDATE bus.consumer SET seq = 0')).rowCount).toBe(0);
  expect(await refusal(api, "INSERT INTO bus.consumer (service) VALUES ('lineage')")).toBe(insufficientPrivilege);
  expect(await refusal(api, 'DELETE FROM bus.event')).toBe(insufficientPrivilege);
  expect(await refusal(api, "UPDATE bus.event SET envelope = ''")).toBe(insufficientPrivilege);
});
