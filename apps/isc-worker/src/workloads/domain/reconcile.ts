import type { Reason } from '@griffin/contracts';
import type { BackendManner } from '../../backend/cluster-backend.ts';
import type { Observation } from '../../backend/observation.ts';
import { decided, finished, released, type Decision } from './decision.ts';
import { concluded, failed, leftOf, neverStarted } from './outcome.ts';
import type { Outcome, Workload } from './workload.ts';

/** How long nothing but failed looks may pass before the attempt is called lost. Being lost ends nothing. */
export const lostAfterMs = 5_000;
/** How often in a row an attempt may fail to be made before it is given up. */
export const maxFailures = 5;

const afterActionMs = 50;
const whileEndingMs = 250;
const whileUnreachableMs = 2_000;
/** Nothing tells that there is room. */
const whileDelayedMs = 10_000;
/** What is to go is asked for again, and a log that is waited for may have come: no watch tells. */
const whileReleasingMs = 10_000;

/**
 * What follows from what is wanted, what is remembered and what was just seen. `observation` is null as long as nothing
 * of the attempt was made. Pure, and level-triggered: it may be asked at any time, any number of times.
 */
export function reconcile(
  workload: Workload,
  observation: Observation | null,
  now: Date,
  manner: BackendManner,
): Decision {
  if (workload.phase === 'finished') return { next: workload, events: [], action: null, lookAgainInMs: null };
  if (workload.phase === 'requested' || observation === null) return begin(workload, manner);
  const { lookEveryMs } = manner;
  const releasingMs = Math.min(lookEveryMs, whileReleasingMs);
  if (workload.phase === 'releasing') return release(workload, observation, releasingMs);
  const outcome = workload.outcome ?? concluded(workload, observation, now);
  if (outcome) return end(workload, outcome, observation, now, releasingMs);
  if (workload.desired === 'absent') return stop(workload, observation, now);
  return follow(workload, observation, now, lookEveryMs);
}

/** What follows when making the attempt failed with `message`: it is tried again, later each time, but not for ever. */
export function ensureFailed(workload: Workload, message: string, now: Date): Decision {
  const failures = workload.failures + 1;
  const reason: Reason = { code: 'submission_failed', message };
  if (failures >= maxFailures) return refused({ ...workload, failures }, reason, now);
  return decided(workload, { ...workload, failures, reason }, now, {
    action: null,
    lookAgainInMs: 500 * 2 ** failures,
  });
}

/** What follows when the cluster did not answer: no fault of the attempt's, which waits. */
export function ensureUnanswered(workload: Workload, message: string, now: Date): Decision {
  return ensureLater(workload, { code: 'cluster_unreachable', message }, now, whileUnreachableMs);
}

/** What follows when the attempt cannot be made yet: it waits for as long as its run may take. */
export function ensureDelayed(workload: Workload, reason: Reason, now: Date): Decision {
  return ensureLater(workload, reason, now, whileDelayedMs);
}

function ensureLater(workload: Workload, reason: Reason, now: Date, lookAgainInMs: number): Decision {
  return decided(workload, { ...workload, reason }, now, { action: null, lookAgainInMs });
}

/** What follows when the attempt can never be made here: it ends, and what may be there of it is removed. */
export function refused(workload: Workload, reason: Reason, now: Date): Decision {
  const next = { ...workload, reason, outcome: workload.outcome ?? failed(reason) };
  return decided(workload, next, now, { action: null, lookAgainInMs: afterActionMs });
}

function begin(workload: Workload, { lookEveryMs, beginsAs }: BackendManner): Decision {
  if (workload.desired === 'absent') return released(finished(workload, neverStarted(workload), lookEveryMs));
  // It is spoken of after the first look at it, which is soon.
  return { next: { ...workload, phase: beginsAs }, events: [], action: 'ensure', lookAgainInMs: afterActionMs };
}

/** An outcome is told once nothing of the attempt can compute any more. */
function end(workload: Workload, outcome: Outcome, observation: Observation, now: Date, releasingMs: number): Decision {
  switch (leftOf(observation)) {
    case 'work':
      return decided(workload, { ...workload, outcome }, now, { action: 'remove', lookAgainInMs: whileEndingMs });
    case 'objects':
      return finished(workload, outcome, releasingMs);
    case 'nothing':
      return released(finished(workload, outcome, releasingMs));
  }
}

/** It is over; what it ran on is insisted to go. */
function release(workload: Workload, observation: Observation, lookAgainInMs: number): Decision {
  const held: Decision = { next: workload, events: [], action: 'remove', lookAgainInMs };
  return leftOf(observation) === 'nothing' ? released(held) : held;
}

function stop(workload: Workload, observation: Observation, now: Date): Decision {
  const next: Workload = { ...seen(workload, observation), phase: 'stopping', reason: workload.absentReason };
  return decided(workload, next, now, { action: 'remove', lookAgainInMs: whileEndingMs });
}

function follow(workload: Workload, observation: Observation, now: Date, lookEveryMs: number): Decision {
  const next = seen(workload, observation);
  if (isToBeMade(workload, observation)) {
    return decided(workload, next, now, { action: 'ensure', lookAgainInMs: afterActionMs });
  }
  if (observation.kind === 'alive') return decided(workload, next, now, { action: null, lookAgainInMs: lookEveryMs });
  const lookAgainInMs = Math.min(lookEveryMs, lostAfterMs);
  return decided(workload, missed(workload, observation, now), now, { action: null, lookAgainInMs });
}

/** Whoever made what is there may have died before the rest was. */
function isToBeMade({ handle, made }: Workload, { kind }: Observation): boolean {
  return (kind === 'gone' && handle === null) || (kind === 'alive' && !made);
}

function seen(workload: Workload, observation: Observation): Workload {
  if (observation.kind !== 'alive') return workload;
  const { phase, reason, handle, cluster } = observation;
  return {
    ...workload,
    phase,
    reason,
    handle: handle ?? workload.handle,
    cluster: cluster ?? workload.cluster,
    failures: handle !== null && workload.made ? 0 : workload.failures,
    unseenSince: null,
  };
}

function missed(workload: Workload, observation: Observation, now: Date): Workload {
  const unseenSince = workload.unseenSince ?? now;
  const next = { ...workload, unseenSince };
  if (observation.kind !== 'unseen' || now.getTime() - unseenSince.getTime() < lostAfterMs) return next;
  return { ...next, phase: 'lost', reason: observation.reason };
}
