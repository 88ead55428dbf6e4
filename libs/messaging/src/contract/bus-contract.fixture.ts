import { setTimeout as delay } from 'node:timers/promises';
import type { DeadLetter } from '@griffin/contracts';
import { currentTrace, type Trace } from '@griffin/platform';
import { eventually, type FreshDatabase } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { PermanentError, type BusOptions } from '../index.ts';
import { progressed, publish, type Progressed } from './attempt-events.fixture.ts';
import { awayCluster } from './cluster.fixture.ts';
import { awayDatabase, effectsOf, noteEffect } from './database.fixture.ts';
import { gate } from './gate.fixture.ts';
import { startService, type TestService } from './service.fixture.ts';

export interface BusUnderTest {
  database: FreshDatabase;
  options: BusOptions;
  /** Puts a message on the bus as a stranger would. */
  put(topic: string, key: string, value: string): Promise<void>;
  /** All dead letters so far. */
  letters(): Promise<DeadLetter[]>;
  /** Takes the consumer away from under its handler, before the offset of the message in progress is stored. */
  crash(consumer: TestService): Promise<void>;
}

export const patience = { timeoutMs: 20_000 };

type HandleProgress = (event: Progressed) => Promise<unknown>;

/** Consumes as api does, calling `handle` for the runs of this test only: the topics are shared with the others. */
export function startApi({ database, options }: BusUnderTest, runIds: string[], handle: HandleProgress) {
  const handleOwn = async (event: Progressed) => {
    if (runIds.includes(event.subject)) await handle(event);
  };
  const on = { 'attempt.progressed': handleOwn };
  return startService({ service: 'api', url: database.urls.api, bus: options, on });
}

/** What a handler may rely on, whichever bus it is called by. */
export function busContract(bus: () => BusUnderTest): void {
  const startWorker = () => startService({ service: 'isc-worker', url: bus().database.urls.isc, bus: bus().options });

  const startOwnApi = (runIds: string[], handle: HandleProgress) => startApi(bus(), runIds, handle);

  const lettersOf = async (runId: string) => (await bus().letters()).filter(({ key }) => key === runId);

  it('delivers every event, and those of one key in their order', async () => {
    const runs = [uuid(), uuid(), uuid()];
    const revisions = Array.from({ length: 15 }, (_, index) => index + 1);
    const seen = new Map<string, number[]>(runs.map((run) => [run, []]));
    const worker = await startWorker();
    await startOwnApi(runs, async ({ subject, revision }) => seen.get(subject)?.push(revision));
    await publish(worker, ...revisions.flatMap((revision) => runs.map((run): [string, number] => [run, revision])));
    await eventually(() => expect([...seen.values()]).toEqual([revisions, revisions, revisions]), patience);
  });

  it('gives the handler the event as it was published, with its trace and its run', async () => {
    const run = uuid();
    const seen: object[] = [];
    const worker = await startWorker();
    await startOwnApi([run], async (event) => seen.push({ event, trace: currentTrace() }));
    const [id] = await publish(worker, [run, 7]);
    await eventually(() => expect(seen).toHaveLength(1), patience);
    const [{ event, trace }] = seen as [{ event: Progressed; trace: Trace }];
    expect(event).toMatchObject({ id, source: '/griffin/test/isc-worker', subject: run, revision: 7 });
    expect(trace.runId).toBe(run);
    expect(trace.traceparent.slice(0, 35)).toBe(event.traceparent?.slice(0, 35));
  });

  it('a consumer that starts again goes on where it was', async () => {
    const run = uuid();
    const seen: number[] = [];
    const handle = async ({ revision }: Progressed) => seen.push(revision);
    const worker = await startWorker();
    const first = await startOwnApi([run], handle);
    await publish(worker, [run, 1], [run, 2]);
    await eventually(() => expect(seen).toEqual([1, 2]), patience);
    await first.close();
    await publish(worker, [run, 3]);
    await startOwnApi([run], handle);
    await publish(worker, [run, 4]);
    await eventually(() => expect(seen).toEqual([1, 2, 3, 4]), patience);
  });

  it('a shutdown waits for the handler in progress and stores its offset', async () => {
    const run = uuid();
    const seen: string[] = [];
    const worker = await startWorker();
    const first = await startOwnApi([run], async ({ revision }) => {
      seen.push(`begins ${revision}`);
      await delay(400);
      seen.push(`ends ${revision}`);
    });
    await publish(worker, [run, 1]);
    await eventually(() => expect(seen).toEqual(['begins 1']), patience);
    await first.close();
    expect(seen).toEqual(['begins 1', 'ends 1']);
    await publish(worker, [run, 2]);
    await startOwnApi([run], async ({ revision }) => seen.push(`later ${revision}`));
    await eventually(() => expect(seen).toContain('later 2'), patience);
    expect(seen).not.toContain('later 1');
  });

  it('after a crash between effect and offset the event comes again, and has its effect once', async () => {
    const run = uuid();
    let deliveries = 0;
    const reached = gate();
    const crashed = gate();
    let api: TestService;
    const handle = async (event: Progressed) => {
      deliveries += 1;
      await api.database.transaction('worker-event.apply', (tx) =>
        api.inbox.once(tx, event, () => noteEffect(tx, event)),
      );
      reached.open();
      await crashed.opened;
    };
    const worker = await startWorker();
    const first = (api = await startOwnApi([run], handle));
    await publish(worker, [run, 1]);
    await reached.opened;
    await bus().crash(first);
    crashed.open();
    await first.close();
    api = await startOwnApi([run], handle);
    await publish(worker, [run, 2]);
    await eventually(async () => expect(await effectsOf(api, run)).toEqual([1, 2]), patience);
    expect(deliveries).toBe(3);
  });

  it('an event that is on the bus twice has its effect once', async () => {
    const run = uuid();
    const outcomes: boolean[] = [];
    const api = await startOwnApi([run], async (event) => {
      const outcome = await api.database.transaction('worker-event.apply', (tx) =>
        api.inbox.once(tx, event, () => noteEffect(tx, event)),
      );
      outcomes.push(outcome);
    });
    const value = JSON.stringify(progressed(run, 1));
    await bus().put('attempt.progressed', run, value);
    await bus().put('attempt.progressed', run, value);
    await eventually(() => expect(outcomes).toEqual([true, false]), patience);
    expect(await effectsOf(api, run)).toEqual([1]);
  });

  it('what can never be handled goes to the dead letters as it is, and its successors are handled', async () => {
    const run = uuid();
    const seen: number[] = [];
    const api = await startOwnApi([run], async ({ revision }) => {
      if (revision === 1) throw new PermanentError('run_unknown', 'No such run.');
      if (revision === 2) await api.database.manager.query("SELECT '1e999'::float8");
      seen.push(revision);
    });
    const envelope = progressed(run, 8, { specversion: '0.3' });
    const poison = [
      '{ "not": "JSON',
      'null',
      JSON.stringify(envelope),
      JSON.stringify(progressed(run, 1)),
      JSON.stringify(progressed(run, 2)),
    ];
    for (const value of [...poison, JSON.stringify(progressed(run, 3))]) {
      await bus().put('attempt.progressed', run, value);
    }
    await eventually(() => expect(seen).toEqual([3]), patience);
    const letters = await eventually(async () => {
      const found = await lettersOf(run);
      expect(found.length).toBeGreaterThanOrEqual(poison.length);
      return found;
    }, patience);
    expect(letters.map(({ original }) => original)).toEqual(poison);
    expect(letters.map(({ error }) => error.code)).toEqual([
      'event_invalid',
      'event_invalid',
      'event_invalid',
      'run_unknown',
      'data_refused',
    ]);
    expect(letters[3]).toMatchObject({
      service: 'api',
      topic: 'attempt.progressed',
      error: { message: 'No such run.' },
    });
    expect(await api.metrics.registry.metrics()).toContain(
      'griffin_events_dead_lettered_total{topic="attempt.progressed",code="run_unknown"} 1',
    );
  });

  it('a poison message holds back no other key, also not of its own partition', async () => {
    const [poison, ...others] = Array.from({ length: 13 }, () => uuid()) as [string, ...string[]];
    const seen = new Set<string>();
    await startOwnApi([poison, ...others], async ({ subject }) => {
      if (subject === poison) throw new PermanentError('run_unknown', 'No such run.');
      seen.add(subject);
    });
    for (const run of [poison, ...others, poison])
      await bus().put('attempt.progressed', run, JSON.stringify(progressed(run, 1)));
    await eventually(() => expect(seen).toEqual(new Set(others)), patience);
    await eventually(async () => expect(await lettersOf(poison)).toHaveLength(2), patience);
  });

  it('goes on when the cluster was away', async () => {
    const run = uuid();
    const handled: number[] = [];
    const cluster = await awayCluster();
    const worker = await startWorker();
    const api = await startOwnApi([run], async ({ revision }) => {
      await fetch(cluster.url);
      handled.push(revision);
    });
    await publish(worker, [run, 1], [run, 2]);
    const failed = /griffin_events_retried_total\{topic="attempt.progressed"\} [2-9]/;
    await eventually(async () => expect(await api.metrics.registry.metrics()).toMatch(failed), patience);
    await cluster.comeBack();
    await eventually(() => expect(handled).toEqual([1, 2]), patience);
    expect(await lettersOf(run)).toEqual([]);
  });

  it('a transient failure holds the key back until it is over, and loses nothing', async () => {
    const run = uuid();
    const tries: number[] = [];
    const worker = await startWorker();
    const api = await startOwnApi([run], async ({ revision }) => {
      tries.push(revision);
      if (tries.length <= 4) throw new Error('not yet');
    });
    await publish(worker, [run, 1], [run, 2], [run, 3]);
    await eventually(() => expect(tries).toEqual([1, 1, 1, 1, 1, 2, 3]), patience);
    expect(await lettersOf(run)).toEqual([]);
    expect(await api.metrics.registry.metrics()).toContain(
      'griffin_events_retried_total{topic="attempt.progressed"} 4',
    );
  });

  it('goes on when the database was away', async () => {
    const run = uuid();
    const reached = gate();
    const away = gate();
    const worker = await startWorker();
    const api = await startOwnApi([run], async (event) => {
      reached.open();
      await away.opened;
      await api.database.transaction('worker-event.apply', (tx) =>
        api.inbox.once(tx, event, () => noteEffect(tx, event)),
      );
    });
    await publish(worker, [run, 1], [run, 2], [run, 3]);
    await reached.opened;
    const comeBack = await awayDatabase(bus().database);
    away.open();
    const failed = /griffin_events_retried_total\{topic="attempt.progressed"\} [1-9]/;
    await eventually(async () => expect(await api.metrics.registry.metrics()).toMatch(failed), patience);
    await comeBack();
    await eventually(async () => expect(await effectsOf(api, run)).toEqual([1, 2, 3]), patience);
    expect(await lettersOf(run)).toEqual([]);
    await publish(worker, [run, 4]);
    await eventually(async () => expect(await effectsOf(api, run)).toEqual([1, 2, 3, 4]), patience);
  });
}
