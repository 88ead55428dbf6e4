import type { AttemptFinished, AttemptPhase, Reason } from '@griffin/contracts';
import type { Handle } from '../../backend/attempt.ts';
import type { Cluster } from '../../backend/observation.ts';

/** `present` until someone wants it gone; never back. */
export type Desired = 'present' | 'absent';

/**
 * `requested`: nothing of it was ever made. It is left before anything is made, so that a crash in between cannot pass
 * for an attempt that never started. `releasing`: it is over, and objects of it are still there. `finished` is final.
 */
export type WorkloadPhase = 'requested' | AttemptPhase | 'releasing' | 'finished';

/** Whether the attempt's end is known and told. */
export const isOver = (phase: WorkloadPhase): phase is 'releasing' | 'finished' =>
  phase === 'releasing' || phase === 'finished';

/** How the attempt ended, from the cluster's side. */
export interface Outcome {
  exit: AttemptFinished['exit'];
  exitCode: number | null;
  reason: Reason | null;
  retryable: boolean;
  logTail: string | null;
}

/** What the worker remembers of one attempt: what is wanted and what was seen. */
export interface Workload {
  desired: Desired;
  /** Why it shall not exist. */
  absentReason: Reason | null;
  phase: WorkloadPhase;
  /** Why the phase is what it is, where that is worth telling. */
  reason: Reason | null;
  /** Whether all that it consists of was made: a crash may have left the half of it. */
  made: boolean;
  handle: Handle | null;
  cluster: Cluster | null;
  /** How often in a row it could not be made. */
  failures: number;
  /** Since when no look has found it. */
  unseenSince: Date | null;
  /** Known as soon as the end is, which may be before everything of it is gone. */
  outcome: Outcome | null;
  /** When the outside last heard of it. */
  progressedAt: Date | null;
}

/** An attempt that was just asked for. */
export const newWorkload: Workload = {
  desired: 'present',
  absentReason: null,
  phase: 'requested',
  reason: null,
  made: false,
  handle: null,
  cluster: null,
  failures: 0,
  unseenSince: null,
  outcome: null,
  progressedAt: null,
};

/** The same attempt, no longer wanted. A reason given earlier stays; one that is over is not changed. */
export function unwanted(workload: Workload, reason: Reason): Workload {
  if (workload.desired === 'absent' || isOver(workload.phase)) return workload;
  return { ...workload, desired: 'absent', absentReason: reason };
}
