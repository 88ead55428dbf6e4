import { deadLetterTopic, type DeadLetter } from '@griffin/contracts';
import { eventually, freshDatabase } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { progressed, publish } from './attempt-events.fixture.ts';
import { busContract, type BusUnderTest } from './bus-contract.fixture.ts';
import { createEffects, endConnections, runSql } from './database.fixture.ts';
import { replayContract } from './replay-contract.fixture.ts';
import { startService } from './service.fixture.ts';

async function embeddedBus(): Promise<BusUnderTest> {
  const database = await freshDatabase();
  const { adminUrl, urls } = database;
  await createEffects(urls.api);
  return {
    database,
    options: { kind: 'embedded', url: urls.api },
    put: async (topic, key, value) => {
      await runSql(adminUrl, 'INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)', [topic, key, value]);
    },
    letters: async () => {
      const sql = 'SELECT envelope FROM bus.event WHERE topic = $1 ORDER BY seq';
      const rows = await runSql<{ envelope: string }>(adminUrl, sql, [deadLetterTopic]);
      return rows.map(({ envelope }) => JSON.parse(envelope) as DeadLetter);
    },
    crash: () => endConnections(adminUrl, 'griffin-api-consumer'),
  };
}

describe('the embedded bus', () => {
  let bus: BusUnderTest;
  beforeAll(async () => {
    bus = await embeddedBus();
  });
  busContract(() => bus);
  replayContract(() => bus);

  const startApi = (handle: (runId: string, revision: number) => unknown) =>
    startService({
      service: 'api',
      url: bus.database.urls.api,
      bus: bus.options,
      on: { 'attempt.progressed': async ({ subject, revision }) => handle(subject, revision) },
    });
  const startWorker = () => startService({ service: 'isc-worker', url: bus.database.urls.isc, bus: bus.options });

  it('one replica consumes at a time, and another one takes over', async () => {
    const run = uuid();
    const seen: string[] = [];
    const worker = await startWorker();
    const replicas = await Promise.all(['a', 'b'].map((name) => startApi(() => seen.push(name))));
    await publish(worker, [run, 1], [run, 2], [run, 3]);
    await eventually(() => expect(seen).toHaveLength(3));
    const [holder] = seen;
    expect(new Set(seen)).toEqual(new Set([holder]));
    await replicas[holder === 'a' ? 0 : 1]?.close();
    await publish(worker, [run, 4]);
    await eventually(() => expect(seen[3]).toBe(holder === 'a' ? 'b' : 'a'));
  });

  it('an event is handled within a moment of its commit', async () => {
    const run = uuid();
    const handled = new Map<number, number>();
    const worker = await startWorker();
    await startApi((runId, revision) => runId === run && handled.set(revision, performance.now()));
    const waits: number[] = [];
    for (let revision = 1; revision <= 20; revision += 1) {
      await publish(worker, [run, revision]);
      const committed = performance.now();
      const at = await eventually(() => handled.get(revision) ?? expect.fail('not handled yet'), { intervalMs: 1 });
      waits.push(at - committed);
    }
    expect(median(waits)).toBeLessThan(50);
  });

  it('passes the topics that it does not consume without reading them again', async () => {
    const run = uuid();
    const seen: number[] = [];
    await startApi((runId, revision) => runId === run && seen.push(revision));
    await bus.put('run.completed', run, 'of no interest');
    await bus.put('attempt.progressed', run, JSON.stringify(progressed(run, 1)));
    await bus.put('run.completed', run, 'of no interest');
    await eventually(() => expect(seen).toEqual([1]));
    await eventually(async () => {
      const sql = `SELECT (SELECT seq FROM bus.consumer WHERE service = 'api') = max(seq) AS done FROM bus.event`;
      expect(await runSql(bus.database.adminUrl, sql)).toEqual([{ done: true }]);
    });
    expect((await bus.letters()).filter(({ key }) => key === run)).toEqual([]);
  });
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
