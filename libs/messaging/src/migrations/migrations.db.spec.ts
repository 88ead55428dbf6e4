import { openMigrated, schemaDrift } from '@griffin/database';
import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { messagingEntities, messagingMigrations } from '../index.ts';

it('the migrations make the tables that the entities describe, and unmake them', async () => {
  const { urls } = await freshDatabase();
  const migrations = messagingMigrations;
  const dataSource = await openMigrated({ url: urls.api, schema: 'api', entities: messagingEntities, migrations });
  try {
    expect(await schemaDrift(dataSource)).toEqual([]);
    await dataSource.undoLastMigration();
    expect(await dataSource.query("SELECT relname FROM pg_class WHERE relname IN ('outbox', 'inbox')")).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});
