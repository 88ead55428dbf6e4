import { isTerminal } from '@griffin/contracts';
import { accepted, type Decision, newsFor, type Refusal, refused, unchanged } from './decision.ts';
import type { Attempt, Run } from './run.ts';
import type { SignalOf } from './signal.ts';

/** Why nothing that speaks for `attempt` may go on with `run`. Undefined when it may. */
export function refusalOf(run: Run, attempt: Attempt): Refusal | undefined {
  if (isTerminal(run.state)) return 'run_over';
  if (attempt.number < run.attempt) return 'attempt_superseded';
  if (run.state === 'TERMINATING') return 'run_terminating';
  return undefined;
}

/**
 * Whether an attempt may do its work without claiming it: an image of the user's own need not know of us. What the cluster
 * sees of it then counts for what a runtime would say. It may claim all the same, and is then bound to its report.
 */
export function mayRunUnclaimed({ spec }: Pick<Run, 'spec'>): boolean {
  return spec.kind === 'custom';
}

/** The first process that claims the current attempt has it; it may ask again, any other one is refused. */
export function decideClaim(run: Run, attempt: Attempt, { bootId, at }: SignalOf<'claim'>): Decision {
  const refusal = refusalOf(run, attempt);
  if (refusal) return refused(refusal);
  if (attempt.bootId === bootId) return unchanged;
  if (attempt.bootId !== null) return refused('attempt_claimed');
  return accepted({
    run: { state: 'RUNNING', startedAt: run.startedAt ?? at, reason: null },
    attempt: { bootId, startedAt: attempt.startedAt ?? at },
  });
}

/** New links are news for everyone who looks at the run. */
export function decideLinks(run: Run, attempt: Attempt, { links }: SignalOf<'links'>): Decision {
  const refusal = refusalOf(run, attempt);
  if (refusal) return refused(refusal);
  return accepted({
    run: newsFor(run, { links: { ...run.links, ...links } }),
    attempt: newsFor(attempt, { links: { ...attempt.links, ...links } }),
  });
}
