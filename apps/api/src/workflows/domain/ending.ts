import { type Reason, type RunOutput } from '@griffin/contracts';
import type { Links, Metrics, Run, RunChange } from './run.ts';

/** How an attempt ended, whoever said so. */
export type Ending =
  | { outcome: 'succeeded'; outputs: RunOutput[]; metrics: Metrics; links: Links }
  | { outcome: 'failed'; reason: Reason; retryable: boolean; logTail: string | null; metrics: Metrics; links: Links };

/** What the end of its current attempt means for a run. The only place that decides whether another attempt follows. */
export function conclude(run: Run, ending: Ending, at: Date): RunChange {
  if (ending.outcome === 'succeeded') return succeeded(run, ending, at);
  if (ending.retryable && run.attempt < run.spec.limits.max_attempts) return nextAttempt(run, ending.reason, at);
  return {
    state: 'FAILED',
    reason: ending.reason,
    retryable: ending.retryable,
    logTail: ending.logTail,
    metrics: ending.metrics,
    links: { ...run.links, ...ending.links },
    finishedAt: at,
  };
}

function succeeded(run: Run, ending: Ending & { outcome: 'succeeded' }, at: Date): RunChange {
  return {
    state: 'SUCCEEDED',
    reason: null,
    outputs: ending.outputs,
    metrics: ending.metrics,
    links: { ...run.links, ...ending.links },
    finishedAt: at,
  };
}

/** The links of an attempt that is over lead nowhere; they stay with the attempt. */
function nextAttempt(run: Run, reason: Reason, at: Date): RunChange {
  return {
    state: 'PROVISIONING',
    attempt: run.attempt + 1,
    reason: {
      code: reason.code,
      message: `Attempt ${run.attempt} of ${run.spec.limits.max_attempts} failed and is tried again: ${reason.message}`,
    },
    observation: { status: 'unseen', since: at.toISOString() },
    resources: 'held',
    links: {},
  };
}
