import { freshDatabase } from '@griffin/testing';
import { Column, Entity, PrimaryColumn, type DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMigrated, schemaDrift } from './index.ts';
import { thingMigrations } from './migrate.fixture.ts';

@Entity('thing')
class ThingEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'thing_pkey' })
  id: string;

  @Column('text')
  name: string;
}

let dataSource: DataSource;

beforeAll(async () => {
  const { urls } = await freshDatabase();
  const options = { url: urls.api, schema: 'api' as const, entities: [ThingEntity], migrations: thingMigrations };
  dataSource = await openMigrated(options);
});

afterAll(() => dataSource.destroy());

it('is empty when entities and migrations agree', async () => {
  expect(await schemaDrift(dataSource)).toEqual([]);
});

it.each([
  ['a missing column', 'ALTER TABLE thing DROP COLUMN name', 'ADD "name"'],
  ['a column too many', 'ALTER TABLE thing ADD COLUMN colour text', 'DROP COLUMN "colour"'],
  ['another nullability', 'ALTER TABLE thing ALTER COLUMN name DROP NOT NULL', 'ALTER COLUMN "name" SET NOT NULL'],
  ['a default too many', "ALTER TABLE thing ALTER COLUMN name SET DEFAULT ''", 'ALTER COLUMN "name" DROP DEFAULT'],
  ['an index too many', 'CREATE INDEX thing_by_name ON thing (name)', 'DROP INDEX "api"."thing_by_name"'],
])('tells of %s', async (_, drifted, mend) => {
  await dataSource.query(drifted);
  const drift = await schemaDrift(dataSource);
  expect(drift.join('\n')).toContain(mend);
  for (const sql of drift) await dataSource.query(sql.replace('text NOT NULL', "text NOT NULL DEFAULT ''"));
});
