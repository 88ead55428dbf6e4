import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Observation } from '../../backend/observation.ts';
import { heartbeatMs, type Decision, type WorkloadEvent } from './decision.ts';
import { leftOf } from './outcome.ts';
import { ensureFailed, reconcile, refused } from './reconcile.ts';
import { alive, ended, gone, killed, now, terminated, unseen } from './workload.fixtures.ts';
import { isOver, newWorkload, unwanted, type Workload } from './workload.ts';
const manner = { lookEveryMs: 1_000, beginsAs: 'starting' } as const;

type Step = { afterMs: number } & (
  | { what: 'look'; found: Observation }
  | { what: 'not wanted' }
  | { what: 'not made' }
  | { what: 'refused' }
);

const observation = fc.oneof(
  fc.constantFrom(gone, unseen),
  fc
    .record({ phase: fc.constantFrom('queued', 'starting', 'running'), seen: fc.boolean() })
    .map(({ phase, seen }) =>
      alive({ phase: phase as 'running', handle: seen ? { uid: 'one' } : null, cluster: null }),
    ),
  fc
    .record({ ok: fc.boolean(), left: fc.constantFrom('work' as const, 'objects' as const, 'nothing' as const) })
    .map(({ ok, left }) => (ok ? ended({ left }) : ended({ left, exit: 'failed', exitCode: 137, reason: killed }))),
);

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.integer({ min: 1, max: 30_000 }),
    fc.oneof(
      { weight: 8, arbitrary: observation.map((found) => ({ what: 'look' as const, found })) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('not wanted' as const, 'not made' as const, 'refused' as const)
          .map((what) => ({ what })),
      },
    ),
  )
  .map(([afterMs, rest]) => ({ afterMs, ...rest }));

interface Seen {
  before: Workload;
  step: Step;
  decision: Decision;
  at: Date;
}

/** Lives a workload through the steps as the reconciler does: what is not made or refused follows an `ensure` only. */
function live(steps: Step[]): Seen[] {
  let workload: Workload = newWorkload;
  let at = now;
  let ensuring = false;
  const history: Seen[] = [];
  for (const each of steps) {
    at = new Date(at.getTime() + each.afterMs);
    const decision = take(workload, each, at, ensuring);
    history.push({ before: workload, step: each, decision, at });
    const fails = each.what === 'not made' || each.what === 'refused';
    workload = { ...decision.next, made: decision.next.made || (ensuring && !fails) };
    ensuring = decision.action === 'ensure';
  }
  return history;
}

function take(workload: Workload, each: Step, at: Date, ensuring: boolean): Decision {
  const idle: Decision = { next: workload, events: [], action: null, lookAgainInMs: 0 };
  switch (each.what) {
    case 'look':
      return reconcile(workload, workload.phase === 'requested' ? null : each.found, at, manner);
    case 'not wanted':
      return { ...idle, next: unwanted(workload, terminated) };
    case 'not made':
      return ensuring ? ensureFailed(workload, 'It failed.', at) : idle;
    case 'refused':
      return ensuring ? refused(workload, killed, at) : idle;
  }
}

const lives = fc.array(step, { maxLength: 60 }).map(live);
const eventsOf = (history: Seen[]): WorkloadEvent[] => history.flatMap(({ decision }) => decision.events);

it('finishes once, and then is released once, with the last event of all', () => {
  fc.assert(
    fc.property(lives, (history) => {
      const types = eventsOf(history).map(({ type }) => type);
      const end = types.indexOf('attempt.finished');
      const isReleased = types.includes('attempt.released');
      if (end === -1) expect(isReleased).toBe(false);
      else expect(types.slice(end + 1)).toEqual(isReleased ? ['attempt.released'] : []);
      const phases = history.map(({ decision }) => decision.next.phase);
      const first = phases.indexOf('finished');
      if (first !== -1) expect(new Set(phases.slice(first))).toEqual(new Set(['finished']));
    }),
  );
});

it('never says that it has finished while something of it may compute', () => {
  fc.assert(
    fc.property(lives, (history) => {
      for (const { before, step: each, decision } of history) {
        if (!decision.events.some(({ type }) => type === 'attempt.finished')) continue;
        const { found } = each as Extract<Step, { what: 'look' }>;
        expect(before.phase === 'requested' || leftOf(found) !== 'work').toBe(true);
      }
    }),
  );
});

it('holds on until nothing of it is there, and asks for its removal at every look', () => {
  fc.assert(
    fc.property(lives, (history) => {
      for (const { step: each, decision, before } of history) {
        const released = decision.events.some(({ type }) => type === 'attempt.released');
        if (released && before.phase !== 'requested') {
          expect(leftOf((each as Extract<Step, { what: 'look' }>).found)).toBe('nothing');
        }
        if (each.what === 'look' && decision.next.phase === 'releasing') expect(decision.action).toBe('remove');
        expect(decision.next.phase === 'finished').toBe(released || before.phase === 'finished');
      }
    }),
  );
});

it('never makes what is not wanted, has ended, or was there before and whole', () => {
  fc.assert(
    fc.property(lives, (history) => {
      for (const { before, decision } of history) {
        if (decision.action !== 'ensure') continue;
        expect(before).toMatchObject({ desired: 'present', outcome: null });
        expect(before.handle === null || !before.made).toBe(true);
      }
    }),
  );
});

it('records that it begins before it makes anything', () => {
  fc.assert(
    fc.property(lives, (history) => {
      for (const { decision } of history) if (decision.action) expect(decision.next.phase).not.toBe('requested');
    }),
  );
});

it('is never silent for longer than a heartbeat when looked at', () => {
  fc.assert(
    fc.property(lives, (history) => {
      for (const { before, step: each, decision, at } of history) {
        if (each.what !== 'look' || isOver(before.phase)) continue;
        const last = decision.next.progressedAt ?? at;
        const told = isOver(decision.next.phase) || at.getTime() - last.getTime() < heartbeatMs;
        expect(told).toBe(true);
      }
    }),
  );
});

it('comes to an end once it is not wanted and nothing is left of it', () => {
  fc.assert(
    fc.property(lives, (history) => {
      const last = unwanted(history.at(-1)?.decision.next ?? newWorkload, terminated);
      const found = last.phase === 'requested' ? null : gone;
      expect(reconcile(last, found, now, manner).next.phase).toBe('finished');
    }),
  );
});
