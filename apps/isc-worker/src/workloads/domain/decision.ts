import { isDeepStrictEqual } from 'node:util';
import type { AttemptPhase, Reason } from '@griffin/contracts';
import type { Cluster } from '../../backend/observation.ts';
import { isOver, type Outcome, type Workload, type WorkloadPhase } from './workload.ts';

/** What the outside is told. */
export type WorkloadEvent =
  | { type: 'cluster.ready'; cluster: Cluster }
  | { type: 'attempt.progressed'; phase: AttemptPhase; reason: Reason | null }
  | { type: 'attempt.finished'; outcome: Outcome }
  | { type: 'attempt.released' };

/** What to remember and tell, in one transaction, and then what to do. */
export interface Decision {
  next: Workload;
  events: WorkloadEvent[];
  action: 'ensure' | 'remove' | null;
  /** Null: never again. */
  lookAgainInMs: number | null;
}

/** The longest that an attempt is not spoken of while it lives. A longer silence means that something is wrong. */
export const heartbeatMs = 20_000;

/** Completes `next` with the events that follow from what changed between `before` and it. */
export function decided(
  before: Workload,
  next: Workload,
  now: Date,
  then: Pick<Decision, 'action' | 'lookAgainInMs'>,
): Decision {
  const ready: WorkloadEvent[] = isNewCluster(before, next) ? [{ type: 'cluster.ready', cluster: next.cluster }] : [];
  if (!isOngoing(next.phase) || !worthTelling(before, next, now)) return { next, events: ready, ...then };
  const progressed: WorkloadEvent = { type: 'attempt.progressed', phase: next.phase, reason: next.reason };
  return { next: { ...next, progressedAt: now }, events: [...ready, progressed], ...then };
}

/** The end, told once: nothing of the attempt can compute any more. What is left of it is to be removed. */
export function finished(before: Workload, outcome: Outcome, lookAgainInMs: number): Decision {
  const next: Workload = { ...before, phase: 'releasing', reason: outcome.reason, outcome };
  return { next, events: [{ type: 'attempt.finished', outcome }], action: 'remove', lookAgainInMs };
}

/** Adds that nothing is left, told once: nothing leaves the phase `finished`. */
export function released({ next, events }: Pick<Decision, 'next' | 'events'>): Decision {
  return {
    next: { ...next, phase: 'finished' },
    events: [...events, { type: 'attempt.released' }],
    action: null,
    lookAgainInMs: null,
  };
}

function isNewCluster(before: Workload, next: Workload): next is Workload & { cluster: Cluster } {
  return next.cluster !== null && !isDeepStrictEqual(next.cluster, before.cluster);
}

function isOngoing(phase: WorkloadPhase): phase is AttemptPhase {
  return phase !== 'requested' && !isOver(phase);
}

function worthTelling(before: Workload, next: Workload, now: Date): boolean {
  const { progressedAt } = before;
  if (progressedAt === null || now.getTime() - progressedAt.getTime() >= heartbeatMs) return true;
  return next.phase !== before.phase || !isSameReason(next.reason, before.reason);
}

function isSameReason(one: Reason | null, other: Reason | null): boolean {
  return one?.code === other?.code && one?.message === other?.message;
}
