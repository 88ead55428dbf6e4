import { isRetryable, type Reason } from '@griffin/contracts';
import type { Left, Observation, ObservationOf } from '../../backend/observation.ts';
import type { Outcome, Workload } from './workload.ts';

/** How long an attempt that was there may be missing before it counts as gone: more than one look. */
export const missingGraceMs = 3_000;

/** How the attempt ended, if this look settles that. */
export function concluded(workload: Workload, observation: Observation, now: Date): Outcome | null {
  switch (observation.kind) {
    case 'ended':
      return wasStopped(workload, observation) ? stopped(workload, observation) : ownEnd(observation);
    case 'gone':
      if (workload.desired === 'absent') return stopped(workload);
      return isMissingForLong(workload, now) ? failed(vanished) : null;
    case 'alive':
      return workload.desired === 'absent' && leftOf(observation) === 'nothing' ? stopped(workload) : null;
    case 'unseen':
      return null;
  }
}

/** What may still be there of the attempt. */
export function leftOf(observation: Observation): Left {
  switch (observation.kind) {
    case 'gone':
      return 'nothing';
    case 'ended':
      return observation.left;
    case 'alive':
      return observation.handle === null ? 'nothing' : 'work';
    case 'unseen':
      return 'work';
  }
}

/** The outcome of an attempt that could not run, or not go on, for `reason`. */
export function failed(reason: Reason): Outcome {
  return { exit: 'failed', exitCode: null, reason, retryable: isRetryable(reason.code), logTail: null };
}

/** The outcome of an attempt that was not wanted any more before anything of it was made. */
export function neverStarted({ absentReason }: Workload): Outcome {
  return { exit: 'never-started', exitCode: null, reason: absentReason, retryable: false, logTail: null };
}

const vanished: Reason = {
  code: 'cluster_lost',
  message: 'What the attempt ran on disappeared, and nothing tells how the attempt ended.',
};

/** An exit after we began to stop it is our doing, whatever its code; a success came first and stands. */
function wasStopped({ phase }: Workload, { exit }: ObservationOf<'ended'>): boolean {
  return phase === 'stopping' && exit !== 'succeeded';
}

function stopped({ absentReason }: Workload, end?: ObservationOf<'ended'>): Outcome {
  return {
    exit: 'stopped',
    exitCode: end?.exitCode ?? null,
    reason: absentReason,
    retryable: false,
    logTail: end?.logTail ?? null,
  };
}

function ownEnd({ exit, exitCode, reason, logTail }: ObservationOf<'ended'>): Outcome {
  return { exit, exitCode, reason, retryable: reason !== null && isRetryable(reason.code), logTail };
}

function isMissingForLong({ handle, unseenSince }: Workload, now: Date): boolean {
  return handle !== null && unseenSince !== null && now.getTime() - unseenSince.getTime() >= missingGraceMs;
}
