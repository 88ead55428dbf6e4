import { isDeepStrictEqual } from 'node:util';
import type { Attempt, AttemptChange, Run, RunChange } from './run.ts';

/** Why a runtime is told to stop. The messages are for the log of the process that is refused. */
export const refusals = {
  run_over: 'The run has ended.',
  run_terminating: 'The run was asked to end.',
  attempt_superseded: 'A later attempt of the run has taken over.',
  attempt_claimed: 'Another process claimed this attempt.',
  attempt_unclaimed: 'Nobody claimed this attempt.',
} as const;
export type Refusal = keyof typeof refusals;

/** What follows from a signal. `accepted` with neither change means that nothing new was said. */
export type Decision =
  | { verdict: 'refused'; refusal: Refusal }
  | { verdict: 'accepted'; run: RunChange | null; attempt: AttemptChange | null };

export const unchanged: Decision = { verdict: 'accepted', run: null, attempt: null };

export function refused(refusal: Refusal): Decision {
  return { verdict: 'refused', refusal };
}

export function accepted(changes: { run?: RunChange | null; attempt?: AttemptChange | null }): Decision {
  return { verdict: 'accepted', run: changes.run ?? null, attempt: changes.attempt ?? null };
}

/** Drops what is known already. Null when nothing is left: for a run, there is no new revision then. */
export function newsFor<T extends Run | Attempt>(known: T, change: Partial<T>): Partial<T> | null {
  const news = Object.entries(change).filter(([field, value]) => !isDeepStrictEqual(known[field as keyof T], value));
  return news.length === 0 ? null : (Object.fromEntries(news) as Partial<T>);
}
