import { eventually, freshDatabase, startKafka, testKafka, type KafkaBroker } from '@griffin/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTopics } from '../index.ts';
import { progressed, publish } from './attempt-events.fixture.ts';
import { busContract, type BusUnderTest } from './bus-contract.fixture.ts';
import { createEffects } from './database.fixture.ts';
import { gate } from './gate.fixture.ts';
import { connectStranger, leaveGroup, type Stranger } from './kafka-bus.fixture.ts';
import { replayContract } from './replay-contract.fixture.ts';
import { startService, type TestService } from './service.fixture.ts';

const kafka = await testKafka();
const patience = { timeoutMs: 25_000 };

/** A broker of its own: consumer groups have the names of our services, which other specs use as well. */
describe.runIf(kafka.available)('Kafka', () => {
  let dataDir: string;
  let broker: KafkaBroker;
  let stranger: Stranger;
  let bus: BusUnderTest;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'griffin-bus-contract-'));
    broker = await startKafka({ dataDir, throwaway: true });
    await ensureTopics(broker.brokers, { partitions: 3 });
    stranger = await connectStranger(broker.brokers);
    const database = await freshDatabase();
    await createEffects(database.urls.api);
    bus = {
      database,
      options: { kind: 'kafka', brokers: broker.brokers },
      put: (topic, key, value) => stranger.put(topic, key, value),
      letters: async () => stranger.letters,
      crash: leaveGroup,
    };
  });

  afterAll(async () => {
    await stranger?.close();
    await broker?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  busContract(() => bus);
  replayContract(() => bus);

  const startApi = (handle: (runId: string, revision: number) => Promise<unknown>) =>
    startService({
      service: 'api',
      url: bus.database.urls.api,
      bus: bus.options,
      on: { 'attempt.progressed': ({ subject, revision }) => handle(subject, revision) },
    });

  it('a partition that is held back does not hold back the others', async () => {
    const stuck = uuid();
    const others = Array.from({ length: 12 }, () => uuid());
    const seen: string[] = [];
    const mended = gate();
    let mendedYet = false;
    void mended.opened.then(() => (mendedYet = true));
    await startApi(async (runId) => {
      if (runId === stuck && !mendedYet) throw new Error('not yet');
      seen.push(runId);
    });
    for (const runId of [stuck, ...others]) {
      await bus.put('attempt.progressed', runId, JSON.stringify(progressed(runId, 1)));
    }
    await eventually(() => expect(seen.filter((runId) => others.includes(runId))).not.toEqual([]), patience);
    expect(seen).not.toContain(stuck);
    mended.open();
    await eventually(() => expect(seen).toEqual(expect.arrayContaining([stuck, ...others])), patience);
  });

  it('a handler that hangs does not hold back the other partitions', async () => {
    const hanging = uuid();
    const others = Array.from({ length: 12 }, () => uuid());
    const seen: string[] = [];
    const begun = gate();
    const mended = gate();
    await startApi(async (runId) => {
      if (runId === hanging) begun.open();
      if (runId === hanging) await mended.opened;
      seen.push(runId);
    });
    await bus.put('attempt.progressed', hanging, JSON.stringify(progressed(hanging, 1)));
    await begun.opened;
    for (const runId of others) await bus.put('attempt.progressed', runId, JSON.stringify(progressed(runId, 1)));
    await eventually(() => expect(seen.filter((runId) => others.includes(runId))).not.toEqual([]), patience);
    mended.open();
    await eventually(() => expect(seen).toEqual(expect.arrayContaining([hanging, ...others])), patience);
  });

  it('replicas that come and go share the partitions, lose nothing and keep each key in order', async () => {
    const runs = Array.from({ length: 9 }, () => uuid());
    const seen = new Map<string, number[]>(runs.map((run) => [run, []]));
    const handle = async (runId: string, revision: number) => {
      const revisions = seen.get(runId);
      if (revisions && !revisions.includes(revision)) revisions.push(revision);
    };
    const round = async (revision: number) => {
      for (const run of runs) await bus.put('attempt.progressed', run, JSON.stringify(progressed(run, revision)));
    };
    const first = await startApi(handle);
    await round(1);
    await startApi(handle);
    await round(2);
    await first.close();
    await round(3);
    await eventually(() => expect([...seen.values()]).toEqual(runs.map(() => [1, 2, 3])), patience);
  });

  it('a partition that moves to another replica while it is held back is left alone by the first one', async () => {
    const runs = Array.from({ length: 24 }, () => uuid());
    let tries: { replica: string; runId: string }[] = [];
    const mended = new AbortController();
    const replica = (name: string) =>
      startApi(async (runId) => {
        if (!runs.includes(runId) || mended.signal.aborted) return;
        tries.push({ replica: name, runId });
        throw new Error('not yet');
      });
    const triedBy = (name: string) => new Set(tries.filter((each) => each.replica === name).map(({ runId }) => runId));
    for (const run of runs) await bus.put('attempt.progressed', run, JSON.stringify(progressed(run, 1)));
    await replica('first');
    await eventually(() => expect(triedBy('first').size).toBe(runs.length), patience);
    await replica('second');
    await eventually(() => expect(triedBy('second').size).toBeGreaterThan(0), patience);
    tries = [];
    await eventually(() => expect(triedBy('first').size + triedBy('second').size).toBe(runs.length), patience);
    await eventually(() => expect(tries.length).toBeGreaterThan(2 * runs.length), patience);
    expect([...triedBy('first')].filter((runId) => triedBy('second').has(runId))).toEqual([]);
    mended.abort();
  });

  it('goes on when the broker was away: the outbox keeps what nobody can take', async () => {
    const run = uuid();
    const seen: number[] = [];
    const worker = await startService({ service: 'isc-worker', url: bus.database.urls.isc, bus: bus.options });
    await startApi(async (runId, revision) => runId === run && seen.push(revision));
    await publish(worker, [run, 1]);
    await eventually(() => expect(seen).toEqual([1]), patience);

    await broker.stop();
    await publish(worker, [run, 2], [run, 3]);
    await eventually(async () => expect(await lagOf(worker)).toBeGreaterThan(1), patience);
    broker = await startKafka({ dataDir, port: Number(broker.brokers[0]?.split(':')[1]), throwaway: true });
    await publish(worker, [run, 4]);
    await eventually(() => expect(distinct(seen)).toEqual([1, 2, 3, 4]), { timeoutMs: 60_000 });
    await eventually(async () => expect(await lagOf(worker)).toBe(0), patience);
  }, 120_000);
});

const distinct = (values: number[]) => [...new Set(values)];

async function lagOf({ metrics }: TestService): Promise<number> {
  const gauge = metrics.registry.getSingleMetric('griffin_outbox_lag_seconds');
  const { values } = (await gauge?.get()) ?? { values: [] };
  return values[0]?.value ?? Number.NaN;
}
