import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { Database, DatabaseModule } from './index.ts';

it('gives a Nest service its database', async () => {
  const { urls } = await freshDatabase();
  const database = DatabaseModule.forService({ url: urls.api, schema: 'api', entities: [], migrations: [] });
  @Module({ imports: [database] })
  class ServiceModule {}
  const app = await (await Test.createTestingModule({ imports: [ServiceModule] }).compile()).init();
  const found = await app.get(Database).manager.query('SELECT current_user AS role, current_schema AS schema');
  expect(found).toEqual([{ role: 'griffin_api', schema: 'api' }]);
  await app.close();
});
