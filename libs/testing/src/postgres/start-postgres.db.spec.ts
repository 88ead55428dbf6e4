import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { isAlive } from '../process/is-alive.ts';
import { startPostgres } from './start-postgres.ts';

const parent = fileURLToPath(new URL('./start-postgres.fixture.ts', import.meta.url));
const password = 'a password: @/é';

let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-spec-'));
  dataDir = join(folder, 'postgres');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A server whose starter was killed outright. */
async function orphan(...parameters: string[]): Promise<{ pid: number; url: string }> {
  const child = spawn(process.execPath, [parent, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(line);
}

it('keeps data and password from one start to the next, under a folder that is closed to others', async () => {
  await chmod(folder, 0o700);
  const first = await startPostgres({ dataDir, password });
  await query(first.url, 'CREATE TABLE kept (id int)');
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await startPostgres({ dataDir, password });
  expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
  const stranger = new URL(second.url);
  stranger.password = 'guess';
  await expect(query(stranger.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
  await second.stop();
});

it('ends what a killed starter left in its data directory, without losing what was committed', async () => {
  const left = await orphan(dataDir);
  await query(left.url, 'CREATE TABLE kept (id int)');
  const wanted = decodeURIComponent(new URL(left.url).password);
  const next = await startPostgres({ dataDir, password: wanted });
  expect(isAlive(left.pid)).toBe(false);
  expect(await query(next.url, 'SELECT * FROM kept')).toEqual([]);
  await next.stop();
});

it('is not stopped by a lock file whose pid belongs to a stranger by now', async () => {
  await (await startPostgres({ dataDir, password })).stop();
  await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
  const next = await startPostgres({ dataDir, password });
  expect(isAlive(process.pid)).toBe(true);
  await next.stop();
});

it('does not outlive its starter when it is a throwaway', async () => {
  const left = await orphan(dataDir, 'throwaway');
  await eventually(() => expect(isAlive(left.pid)).toBe(false));
});

it('says what the server logged when it cannot start', async () => {
  await (await startPostgres({ dataDir, password })).stop();
  await writeFile(join(dataDir, 'postgresql.conf'), 'work_mem = plenty\n');
  await expect(startPostgres({ dataDir, password })).rejects.toThrow('work_mem');
});
