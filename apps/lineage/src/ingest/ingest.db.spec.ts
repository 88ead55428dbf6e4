import { Database } from '@griffin/database';
import { Inbox, PermanentError } from '@griffin/messaging';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GraphService } from '../graph/graph.service.ts';
import { startLineage, type TestLineage } from '../lineage.fixture.ts';
import type { LineageEvent } from './domain/derive.ts';
import { IngestRepository } from './ingest.repository.ts';
import { IngestService } from './ingest.service.ts';
import { Journey } from './journey.fixture.ts';

let lineage: TestLineage;
let ingest: IngestService;
let database: Database;

beforeAll(async () => {
  lineage = await startLineage();
  ingest = lineage.app.get(IngestService, { strict: false });
  database = lineage.app.get(Database);
});
afterAll(() => lineage.app.close());

const tables = {
  node: 'type, id',
  edge: 'from_type, from_id, to_type, to_id, relation',
  alias: 'model_id, alias',
  snapshot: 'source, type, subject',
  ingested_event: 'event_id',
};

async function graph() {
  const rows: Record<string, unknown[]> = {};
  for (const [table, order] of Object.entries(tables)) {
    rows[table] = await database.manager.query(`SELECT * FROM ${table} ORDER BY ${order}`);
  }
  return rows;
}

const rotated = <T>(all: T[], by: number) => [...all.slice(by), ...all.slice(0, by)];

async function graphOf(events: readonly LineageEvent[]) {
  await database.manager.query(`TRUNCATE ${Object.keys(tables).join(', ')}, inbox`);
  for (const event of events) await ingest.ingest(event);
  return graph();
}

it('is the same for every order and repetition of the events', async () => {
  const events = new Journey().events();
  const expected = await graphOf(events);
  expect(expected['edge']!.length).toBeGreaterThan(8);
  const arrivals = fc
    .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.array(fc.constantFrom(...events)))
    .map(([once, again]) => [...once, ...again]);
  await fc.assert(
    fc.asyncProperty(arrivals, async (arrived) => {
      expect(await graphOf(arrived)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

it('is the same when all events arrive at once at several replicas', async () => {
  const events = new Journey().events();
  const expected = await graphOf(events);
  await graphOf([]);
  const inside = [
    lineage.app.get(Inbox),
    lineage.app.get(GraphService, { strict: false }),
    new IngestRepository(),
  ] as const;
  const replicas = [1, 2, 3].map(() => new IngestService(new Database(lineage.app.get(DataSource)), ...inside));
  await Promise.all(
    replicas.flatMap((replica, index) => rotated(events, index * 3).map((event) => replica.ingest(event))),
  );
  expect(await graph()).toEqual(expected);
});

it('is the same when all events arrive at once', async () => {
  const events = new Journey().events();
  const expected = await graphOf(events);
  await graphOf([]);
  await Promise.all([...events, ...events.toReversed()].map((event) => ingest.ingest(event)));
  expect(await graph()).toEqual(expected);
});

it('loses nothing to a late event, and lets it say nothing against a newer one', async () => {
  const journey = new Journey();
  const late = journey.requested(1);
  const newer = journey.requested(2);
  late.data.spec.definition = { ...late.data.spec.definition, stage: 'production' };
  const before = await graphOf([newer]);
  const after = await graphOf([newer, late]);
  const stages = (rows: typeof before) =>
    (rows['node'] as { type: string; views: Record<string, { stage: string }> }[])
      .filter(({ type }) => type === 'definition')
      .map(({ views }) => views['workflow.requested']?.stage);
  expect(stages(after)).toEqual(['prototype']);
  expect(after['edge']).toHaveLength(before['edge']!.length);
});

it('leaves nothing behind of an event that it cannot hold', async () => {
  const event = new Journey().completed();
  event.data.outputs[0]!.uri = `s3://bucket/${'x'.repeat(3000)}`;
  const empty = await graphOf([]);
  await expect(ingest.ingest(event)).rejects.toThrow(PermanentError);
  expect(await graph()).toEqual(empty);
});
