import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openMigrated } from './service-data-source.ts';

/** Slow on purpose: replicas that boot at once overlap in it. */
export class MakeThings1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id uuid CONSTRAINT thing_pkey PRIMARY KEY, name text NOT NULL)');
    await runner.query('SELECT pg_sleep(0.5)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}

export class NoteThings1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("INSERT INTO thing VALUES (gen_random_uuid(), 'made once')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM thing');
  }
}

export const thingMigrations = [MakeThings1700000000000, NoteThings1700000000001];

/** Boots as a replica does, for processes of their own: `node migrate.fixture.ts <url>`. */
if (import.meta.main) {
  const url = process.argv[2] ?? '';
  const dataSource = await openMigrated({ url, schema: 'api', entities: [], migrations: thingMigrations });
  await dataSource.destroy();
}
