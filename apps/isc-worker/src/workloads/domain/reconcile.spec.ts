import { describe, expect, it } from 'vitest';
import { noDashboard, type Observation } from '../../backend/observation.ts';
import { ensureFailed, lostAfterMs, maxFailures, reconcile, refused } from './reconcile.ts';
import {
  alive,
  aRunningWorkload,
  dashboard,
  ended,
  gone,
  killed,
  now,
  secondsAgo,
  terminated,
  unseen,
} from './workload.fixtures.ts';
import { newWorkload, unwanted, type Workload } from './workload.ts';

const lookEveryMs = 1_000;
const manner = { lookEveryMs, beginsAs: 'starting' } as const;
const decide = (workload: Workload, observation: Observation | null) => reconcile(workload, observation, now, manner);
const released = { type: 'attempt.released' };
const types = (workload: Workload, observation: Observation | null) =>
  decide(workload, observation).events.map(({ type }) => type);

describe('an attempt that shall exist', () => {
  it('is recorded as begun before anything is made', () => {
    expect(decide(newWorkload, null)).toMatchObject({ next: { phase: 'starting' }, action: 'ensure', events: [] });
  });

  it('is told of after the first look, though it is where its backend says that attempts begin', () => {
    const { next } = reconcile(newWorkload, null, now, { ...manner, beginsAs: 'queued' });
    const queued: Observation = { kind: 'alive', phase: 'queued', reason: null, handle: { uid: 'one' }, cluster: null };
    const seen = decide({ ...next, made: true }, queued);
    expect(seen.events).toEqual([{ type: 'attempt.progressed', phase: 'queued', reason: null }]);
    expect(types(seen.next, queued)).toEqual([]);
  });

  it('is made again when it is not there and never was', () => {
    const starting: Workload = { ...newWorkload, phase: 'starting', progressedAt: secondsAgo(1) };
    expect(decide(starting, gone)).toMatchObject({ action: 'ensure', events: [] });
  });

  it('is made to its end when the worker that began to died, though it is there', () => {
    const half: Workload = { ...newWorkload, phase: 'starting', progressedAt: secondsAgo(1) };
    const decision = decide(half, alive());
    expect(decision).toMatchObject({ action: 'ensure', next: { phase: 'running', handle: { uid: 'one' } } });
    expect(decide({ ...decision.next, made: true }, alive()).action).toBeNull();
    expect(decide({ ...decision.next, failures: 1 }, alive()).next.failures).toBe(1);
  });

  it('is announced with its dashboard once, and its phase whenever that changes', () => {
    const starting: Workload = { ...newWorkload, phase: 'starting', progressedAt: secondsAgo(1) };
    const { next, events } = decide(starting, alive());
    expect(events).toEqual([
      { type: 'cluster.ready', cluster: dashboard },
      { type: 'attempt.progressed', phase: 'running', reason: null },
    ]);
    expect(decide(next, alive()).events).toEqual([]);
  });

  it('is announced also where there is no dashboard', () => {
    const starting: Workload = { ...newWorkload, phase: 'starting', progressedAt: secondsAgo(1) };
    expect(types(starting, alive({ cluster: noDashboard }))).toContain('cluster.ready');
  });

  it('is spoken of at least every 20 seconds', () => {
    expect(types(aRunningWorkload({ progressedAt: secondsAgo(19) }), alive())).toEqual([]);
    expect(types(aRunningWorkload({ progressedAt: secondsAgo(20) }), alive())).toEqual(['attempt.progressed']);
  });

  it('is not gone because one look missed it', () => {
    const once = decide(aRunningWorkload(), gone);
    expect(once).toMatchObject({ next: { phase: 'running', unseenSince: now }, events: [], action: null });
    expect(decide(once.next, alive()).next.unseenSince).toBeNull();
  });

  it('has failed when it stays away', () => {
    expect(decide(aRunningWorkload({ unseenSince: secondsAgo(3) }), gone).events).toMatchObject([
      { type: 'attempt.finished', outcome: { exit: 'failed', reason: { code: 'cluster_lost' }, retryable: true } },
      released,
    ]);
  });

  it('is lost, and no more than that, however long nobody can look', () => {
    const { next, action } = decide(aRunningWorkload({ unseenSince: secondsAgo(3_600) }), unseen);
    expect({ phase: next.phase, outcome: next.outcome, action }).toEqual({
      phase: 'lost',
      outcome: null,
      action: null,
    });
    expect(decide(next, alive()).next.phase).toBe('running');
  });

  it('is looked at again as soon as it may be called lost, however seldom that is otherwise', () => {
    const seldom = 60_000;
    expect(reconcile(aRunningWorkload(), unseen, now, { ...manner, lookEveryMs: seldom }).lookAgainInMs).toBe(
      lostAfterMs,
    );
    expect(reconcile(aRunningWorkload(), alive(), now, { ...manner, lookEveryMs: seldom }).lookAgainInMs).toBe(seldom);
  });

  it.each([
    ['a success', ended(), { exit: 'succeeded', exitCode: 0, retryable: false }],
    ['a kill', ended({ exit: 'failed', exitCode: 137, reason: killed }), { exit: 'failed', retryable: true }],
    [
      'an error of its own',
      ended({ exit: 'failed', exitCode: 1, reason: { code: 'runtime_error', message: '' } }),
      { exit: 'failed', retryable: false },
    ],
  ])('ends with %s', (_name, observation, outcome) => {
    const decision = decide(aRunningWorkload(), observation);
    expect(decision.events).toMatchObject([
      { type: 'attempt.finished', outcome: { ...outcome, logTail: 'the last line' } },
      released,
    ]);
    expect(decision).toMatchObject({ next: { phase: 'finished' }, action: null, lookAgainInMs: null });
  });

  it('is over when nothing of it computes, and released when nothing of it is there', () => {
    const over = decide(aRunningWorkload(), ended({ left: 'objects' }));
    expect(over).toMatchObject({ next: { phase: 'releasing' }, action: 'remove', lookAgainInMs: lookEveryMs });
    expect(over.events).toMatchObject([{ type: 'attempt.finished', outcome: { exit: 'succeeded' } }]);
    for (const observation of [ended({ left: 'objects' }), ended({ left: 'work' }), alive(), unseen]) {
      expect(decide(over.next, observation)).toEqual({ ...over, events: [] });
    }
    const last = decide(over.next, gone);
    expect(last.events).toEqual([released]);
    expect(last).toMatchObject({ next: { phase: 'finished', outcome: { exit: 'succeeded' } }, lookAgainInMs: null });
  });

  it('has not ended before all of it has', () => {
    const first = decide(aRunningWorkload(), ended({ left: 'work' }));
    expect(first).toMatchObject({ events: [], action: 'remove', next: { outcome: { exit: 'succeeded' } } });
    expect(decide(first.next, gone).events).toMatchObject([
      { type: 'attempt.finished', outcome: { exit: 'succeeded', logTail: 'the last line' } },
      released,
    ]);
  });
});

describe('an attempt that cannot be made', () => {
  it('is tried again, later each time, and given up as retryable', () => {
    let workload: Workload = { ...newWorkload, phase: 'starting', progressedAt: now };
    const waits: (number | null)[] = [];
    while (!workload.outcome) {
      const decision = ensureFailed(workload, 'No port is free.', now);
      waits.push(decision.lookAgainInMs);
      workload = decision.next;
    }
    expect(waits).toHaveLength(maxFailures);
    expect(waits.slice(0, -1)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(decide(workload, gone).events).toMatchObject([
      { type: 'attempt.finished', outcome: { reason: { code: 'submission_failed' }, retryable: true } },
      released,
    ]);
  });

  it('ends at once when the cluster refuses it', () => {
    const reason = { code: 'resources_unavailable', message: 'Too many CPUs.' };
    const { next } = refused({ ...newWorkload, phase: 'starting' }, reason, now);
    expect(decide(next, gone).events).toMatchObject([
      { type: 'attempt.finished', outcome: { exit: 'failed', reason, retryable: false } },
      released,
    ]);
  });
});

describe('an attempt that shall not exist', () => {
  it('never started when nothing of it was made', () => {
    expect(decide(unwanted(newWorkload, terminated), null)).toMatchObject({
      action: null,
      events: [{ type: 'attempt.finished', outcome: { exit: 'never-started', reason: terminated } }, released],
    });
  });

  it('is stopping until nothing of it is left, then stopped', () => {
    const stopping = decide(unwanted(aRunningWorkload(), terminated), alive());
    expect(stopping).toMatchObject({
      action: 'remove',
      events: [{ type: 'attempt.progressed', phase: 'stopping', reason: terminated }],
    });
    expect(decide(stopping.next, alive())).toMatchObject({ action: 'remove', events: [] });
    const exit = ended({ exit: 'failed', exitCode: 143, reason: killed });
    expect(decide(stopping.next, exit).events).toEqual([
      {
        type: 'attempt.finished',
        outcome: { exit: 'stopped', exitCode: 143, reason: terminated, retryable: false, logTail: 'the last line' },
      },
      released,
    ]);
  });

  it('does not wait for what it would have run on', () => {
    const starting = unwanted({ ...newWorkload, phase: 'starting', progressedAt: secondsAgo(1) }, terminated);
    const clusterStarts = alive({ phase: 'starting', handle: null, cluster: null });
    expect(decide(starting, clusterStarts).events).toMatchObject([
      { type: 'attempt.finished', outcome: { exit: 'stopped', reason: terminated } },
      released,
    ]);
  });

  it('keeps the end that it had before it was stopped', () => {
    const failure = ended({ exit: 'failed', exitCode: 137, reason: killed });
    expect(decide(unwanted(aRunningWorkload(), terminated), failure).events).toMatchObject([
      { type: 'attempt.finished', outcome: { exit: 'failed', reason: killed } },
      released,
    ]);
  });

  it('is removed even when nobody can see it, and is not over before someone does', () => {
    expect(decide(unwanted(aRunningWorkload(), terminated), unseen)).toMatchObject({
      action: 'remove',
      next: { phase: 'stopping', outcome: null },
    });
  });

  it('keeps the first reason', () => {
    const once = unwanted(aRunningWorkload(), terminated);
    expect(unwanted(once, killed)).toBe(once);
  });
});
