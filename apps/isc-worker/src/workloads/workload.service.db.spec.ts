import type { EventEnvelope } from '@griffin/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import { aCause, aWorker, settle, type Worker } from './worker.fixtures.ts';

const terminated = { code: 'terminated', message: 'Someone asked for it.' };

let worker: Worker;
beforeAll(async () => {
  worker = await aWorker();
});
afterAll(() => worker.close());

/** A run whose attempts api asks for, and asks to end. */
function aRun() {
  const spec = aRunSpec();
  const wish = (attempt: number) => ({ runId: spec.run_id, attempt, projectId: spec.project_id, causedBy: aCause() });
  return {
    spec,
    request: (attempt = 1) =>
      worker.database.transaction('request.accept', (tx) =>
        worker.workloads.wantPresent(tx, { ...wish(attempt), spec }),
      ),
    terminate: (attempt = 1) =>
      worker.database.transaction('termination.accept', (tx) =>
        worker.workloads.wantAbsent(tx, { ...wish(attempt), reason: terminated }),
      ),
    rows: () => worker.database.transaction('workload.record', (tx) => worker.repository.lockRun(tx, spec.run_id)),
    told: async (type: string) =>
      (await worker.events()).filter((event) => event.type === type && event.subject === spec.run_id),
  };
}

const ends = (events: EventEnvelope<Record<string, unknown>>[]) =>
  events.map(({ data }) => `${String(data.attempt)} ${String(data.exit)}`);

describe('a request', () => {
  it('is remembered once, however often it is repeated', async () => {
    const run = aRun();
    await run.request();
    const [before] = await run.rows();
    await run.request();
    expect(await run.rows()).toEqual([before]);
    expect(before).toMatchObject({ attempt: 1, desired: 'present', phase: 'requested', spec: run.spec });
  });

  it('supersedes earlier attempts, and is superseded by later ones', async () => {
    const run = aRun();
    await run.request(2);
    await run.request(3);
    await run.request(1);
    expect(
      (await run.rows()).map(({ attempt, desired, absentReason }) => [attempt, desired, absentReason?.code]),
    ).toEqual([
      [1, 'absent', 'superseded'],
      [2, 'absent', 'superseded'],
      [3, 'present', undefined],
    ]);
    await settle(worker);
    expect(ends(await run.told('attempt.finished')).toSorted((one, other) => one.localeCompare(other))).toEqual([
      '1 never-started',
      '2 never-started',
    ]);
    expect(worker.cluster.made.filter((name) => name.startsWith(run.spec.run_id))).toEqual([`${run.spec.run_id}-3`]);
  });

  it('of an attempt that is over has its end told again, and nothing else', async () => {
    const run = aRun();
    await run.request();
    await settle(worker);
    worker.cluster.set({ runId: run.spec.run_id, attempt: 1 }, { ...over });
    await settle(worker);
    const before = await run.rows();
    await run.request();
    await settle(worker);
    const [first, again, ...more] = await run.told('attempt.finished');
    expect(again?.data).toEqual(first?.data);
    expect(again?.revision).toBeGreaterThan(first?.revision ?? 0);
    expect(more).toEqual([]);
    const [released, releasedAgain, ...rest] = await run.told('attempt.released');
    expect(releasedAgain?.data).toEqual(released?.data);
    expect(rest).toEqual([]);
    expect(await run.rows()).toEqual(before);
  });
});

describe('a termination', () => {
  it('may come before the request that it ends', async () => {
    const run = aRun();
    await run.terminate();
    await run.request();
    await settle(worker);
    expect(ends(await run.told('attempt.finished'))).toEqual(['1 never-started']);
    expect(worker.cluster.made).not.toContain(`${run.spec.run_id}-1`);
  });

  it('ends what runs, and is told again when it is asked again', async () => {
    const run = aRun();
    await run.request();
    await settle(worker);
    await run.terminate();
    await settle(worker);
    await run.terminate();
    expect(ends(await run.told('attempt.finished'))).toEqual(['1 stopped', '1 stopped']);
    expect((await run.told('attempt.progressed')).map(({ data }) => data.phase)).toEqual(['running', 'stopping']);
  });

  it('of one attempt ends those before it and leaves a later one alone', async () => {
    const run = aRun();
    await run.request(1);
    await run.request(3);
    await run.terminate(2);
    expect((await run.rows()).map(({ attempt, desired }) => [attempt, desired])).toEqual([
      [1, 'absent'],
      [2, 'absent'],
      [3, 'present'],
    ]);
  });
});

const over = {
  kind: 'ended' as const,
  exit: 'failed' as const,
  exitCode: 1,
  reason: { code: 'runtime_error', message: 'It failed.' },
  logTail: 'the last line',
  left: 'nothing' as const,
};
