import { openMigrated, schemaDrift } from '@griffin/database';
import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { schema } from './schema.ts';

it('has nothing in the entities that the migrations do not make', async () => {
  const { urls } = await freshDatabase();
  const dataSource = await openMigrated({ url: urls.api, ...schema });
  expect(await schemaDrift(dataSource)).toEqual([]);
  await dataSource.destroy();
});
