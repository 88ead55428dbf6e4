import { isTerminal } from '@griffin/contracts';
import { mayFollow } from './run-state.ts';
import type { Run } from './run.ts';

/** The events a change of a run must be published with. They follow from the change alone, so none can be forgotten. */
export type RunEventType = 'workflow.requested' | 'workflow.termination-requested' | 'run.completed';

/** What is to be published when `before` has become `after`; `before` is null for a run that is new. */
export function eventsOf(before: Run | null, after: Run): RunEventType[] {
  const events: RunEventType[] = [];
  if (after.attempt > (before?.attempt ?? 0)) events.push('workflow.requested');
  if (after.state === before?.state) return events;
  if (after.state === 'TERMINATING') events.push('workflow.termination-requested');
  if (isTerminal(after.state)) events.push('run.completed');
  return events;
}

/** What shall be true of a run's current attempt: it shall exist, or it shall not. */
export function desiredOf(run: Run): 'workflow.requested' | 'workflow.termination-requested' {
  return isTerminal(run.state) || run.state === 'TERMINATING' ? 'workflow.termination-requested' : 'workflow.requested';
}

/** Refuses, as a bug, a change that the table of states does not know or that goes backwards. */
export function assertTransition(before: Run, after: Run): void {
  const moves = before.state !== after.state || before.attempt !== after.attempt;
  if (moves && !mayFollow(before.state, after.state)) {
    throw new Error(`Run ${before.id} cannot go from ${before.state} to ${after.state}.`);
  }
  if (after.attempt < before.attempt || after.attempt > after.spec.limits.max_attempts) {
    throw new Error(`Run ${before.id} cannot go from attempt ${before.attempt} to attempt ${after.attempt}.`);
  }
}
