import { openMigrated, Database } from '@griffin/database';
import { freshDatabase } from '@griffin/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Inbox, messagingEntities, messagingMigrations } from '../index.ts';

const inbox = new Inbox();
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  const { urls } = await freshDatabase();
  const migrations = messagingMigrations;
  dataSource = await openMigrated({ url: urls.api, schema: 'api', entities: messagingEntities, migrations });
  database = new Database(dataSource);
  await dataSource.query('CREATE TABLE effect (event_id uuid)');
});
afterAll(() => dataSource.destroy());

/** One delivery, whose transaction commits or, as after a failure, rolls back. */
async function deliver(id: string, outcome: 'commits' | 'fails'): Promise<void> {
  const delivery = database.transaction('event.ingest', async (tx) => {
    await inbox.once(tx, { id, type: 'cluster.ready' }, () => tx.query('INSERT INTO effect VALUES ($1)', [id]));
    if (outcome === 'fails') throw new Error('fails');
  });
  await delivery.catch((error: unknown) => expect(error).toMatchObject({ message: 'fails' }));
}

it('however often and at once an event is delivered, it has its effect once if any delivery commits', async () => {
  const deliveries = fc.array(fc.constantFrom('commits', 'fails'), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(deliveries, async (outcomes) => {
      const id = uuid();
      await Promise.all(outcomes.map((outcome) => deliver(id, outcome)));
      const effects = await dataSource.query('SELECT FROM effect WHERE event_id = $1', [id]);
      expect(effects).toHaveLength(outcomes.includes('commits') ? 1 : 0);
    }),
    { numRuns: 40 },
  );
});
