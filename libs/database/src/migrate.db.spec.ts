import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { openMigrated } from './index.ts';
import { thingMigrations } from './migrate.fixture.ts';

const replica = fileURLToPath(new URL('./migrate.fixture.ts', import.meta.url));

it('migrates once when several replicas boot at once', async () => {
  const { urls } = await freshDatabase();
  await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [replica, urls.api])));
  const dataSource = await openMigrated({ url: urls.api, schema: 'api', entities: [], migrations: thingMigrations });
  expect(await dataSource.query('SELECT name FROM thing')).toEqual([{ name: 'made once' }]);
  expect(await dataSource.query('SELECT name FROM migrations ORDER BY id')).toEqual([
    { name: 'MakeThings1700000000000' },
    { name: 'NoteThings1700000000001' },
  ]);
  await dataSource.destroy();
});

it('leaves nothing of a migration that fails, and lets the next boot try again', async () => {
  const { urls } = await freshDatabase();
  class BreakHalfway1700000000002 {
    async up(runner: { query(sql: string): Promise<unknown> }) {
      await runner.query('CREATE TABLE half (id int)');
      await runner.query('SELECT 1 / 0');
    }
    async down() {}
  }
  const options = { url: urls.api, schema: 'api' as const, entities: [] };
  const broken = openMigrated({ ...options, migrations: [...thingMigrations, BreakHalfway1700000000002] });
  await expect(broken).rejects.toThrow('division by zero');
  const dataSource = await openMigrated({ ...options, migrations: thingMigrations });
  expect(await dataSource.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  await dataSource.destroy();
});
