import { openMigrated, schemaDrift } from '@griffin/database';
import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { schema } from './schema.ts';

it('the migrations make what the entities say, and can be taken back', async () => {
  const { urls } = await freshDatabase();
  const dataSource = await openMigrated({ url: urls.lineage, ...schema });
  expect(await schemaDrift(dataSource)).toEqual([]);
  for (let left = schema.migrations.length; left > 0; left -= 1) await dataSource.undoLastMigration();
  await dataSource.runMigrations();
  expect(await schemaDrift(dataSource)).toEqual([]);
  await dataSource.destroy();
});
