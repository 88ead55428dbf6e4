import { eventually, freshDatabase, type FreshDatabase } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { beforeEach, expect, it } from 'vitest';
import { append, projectId, publish } from '../contract/attempt-events.fixture.ts';
import { endConnections, runSql } from '../contract/database.fixture.ts';
import { pause } from '../delivery/backoff.ts';
import { startService, type TestService } from '../contract/service.fixture.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});

const startWorker = () => {
  const url = database.urls.isc;
  return startService({ service: 'isc-worker', url, bus: { kind: 'embedded', url } });
};

async function killRelaysUntil(done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    await endConnections(database.adminUrl, 'griffin-isc-relay');
    await pause(60, done);
  }
}

interface Published {
  id: string;
  subject: string;
  revision: number;
}

/** What is on the bus, in its order. */
async function onTheBus(): Promise<Published[]> {
  const rows = await runSql<{ envelope: string }>(database.adminUrl, 'SELECT envelope FROM bus.event ORDER BY seq');
  return rows.map(({ envelope }) => JSON.parse(envelope) as Published);
}

const positions = () =>
  runSql<{ position: string; event_id: string }>(
    database.adminUrl,
    'SELECT position, event_id FROM isc.outbox ORDER BY position',
  );

it('replicas that race publish each event once, in order, at gapless positions, whichever of them dies', async () => {
  const replicas = await Promise.all([startWorker(), startWorker(), startWorker()]);
  const runs = Array.from({ length: 6 }, () => uuid());
  const revisions = Array.from({ length: 30 }, (_, index) => index + 1);
  const write = async (run: string, index: number) => {
    const writer = replicas[index % replicas.length] as TestService;
    for (const revision of revisions) await publish(writer, [run, revision]);
  };
  const done = new AbortController();
  const written = Promise.all(runs.map(write)).finally(() => done.abort());
  await killRelaysUntil(done.signal);
  await written;

  const expected = runs.length * revisions.length;
  await eventually(async () => expect((await onTheBus()).length).toBeGreaterThanOrEqual(expected), {
    timeoutMs: 20_000,
  });
  const published = await onTheBus();
  expect(published).toHaveLength(expected);
  for (const run of runs) {
    expect(published.filter(({ subject }) => subject === run).map(({ revision }) => revision)).toEqual(revisions);
  }
  const placed = await positions();
  expect(placed.map(({ position }) => Number(position))).toEqual(published.map((_, index) => index + 1));
  expect(placed.map(({ event_id }) => event_id)).toEqual(published.map(({ id }) => id));
});

it('nothing of a transaction that is rolled back is published', async () => {
  const worker = await startWorker();
  const run = uuid();
  const failing = worker.database.transaction('workload.record', async (tx) => {
    await append(worker, tx, run, 1);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await publish(worker, [run, 2]);
  await eventually(async () => expect((await onTheBus()).map(({ revision }) => revision)).toEqual([2]));
  expect((await positions()).map(({ position }) => position)).toEqual(['1']);
});

it('an event that its service would not accept itself cannot be appended', async () => {
  const worker = await startWorker();
  const invalid = publish(worker, ['not-an-id', 1]);
  await expect(invalid).rejects.toThrow(/attempt\.progressed cannot be published.*run_id/);
  const large = worker.database.transaction('workload.record', (tx) =>
    worker.outbox.append(tx, {
      type: 'attempt.progressed',
      subject: uuid(),
      projectId,
      revision: 1,
      causedBy: 'test',
      data: {
        run_id: uuid(),
        attempt: 1,
        phase: 'lost',
        reason: { code: 'too_long', message: 'x'.repeat(1_000_000) },
        observed_at: new Date().toISOString(),
      },
    }),
  );
  await expect(large).rejects.toThrow(/more than 1000000/);
});

it('a service cannot say what is for another one to say', async () => {
  const url = database.urls.lineage;
  const lineage = await startService({ service: 'lineage', url, bus: { kind: 'embedded', url } });
  await expect(publish(lineage, [uuid(), 1])).rejects.toThrow(/it is isc-worker's to publish, and this is lineage/);
});

it('who reads the log from the last position seen misses nothing, while it is written', async () => {
  const worker = await startWorker();
  const runs = [uuid(), uuid(), uuid()];
  const count = 40;
  const write = async (run: string) => {
    for (let revision = 1; revision <= count; revision += 1) await publish(worker, [run, revision]);
  };
  const written = Promise.all(runs.map(write));
  const read: number[] = [];
  await eventually(
    async () => {
      const afterPosition = read.at(-1) ?? 0;
      const page = await worker.eventLog.page(worker.database.manager, { projectId, afterPosition, limit: 7 });
      read.push(...page.map(({ position }) => position));
      expect(read).toHaveLength(runs.length * count);
    },
    { timeoutMs: 20_000, intervalMs: 1 },
  );
  await written;
  expect(read).toEqual(read.map((_, index) => index + 1));
});

it('a page of the log is of one project and of the types asked for', async () => {
  const worker = await startWorker();
  const [id] = await publish(worker, [uuid(), 1]);
  const { manager } = worker.database;
  const page = (query: object) => worker.eventLog.page(manager, { projectId, afterPosition: 0, limit: 10, ...query });
  await eventually(async () => expect(await page({})).toMatchObject([{ position: 1, event: { id } }]));
  expect(await page({ types: ['attempt.progressed'] })).toHaveLength(1);
  expect(await page({ types: ['cluster.ready'] })).toEqual([]);
  expect(await page({ afterPosition: 1 })).toEqual([]);
  expect(await page({ projectId: uuid() })).toEqual([]);
});
