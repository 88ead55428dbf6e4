import { isTerminal } from '@griffin/contracts';
import { accepted, type Decision, unchanged } from './decision.ts';
import type { Run } from './run.ts';
import type { SignalOf } from './signal.ts';

/** The first wish to end an active run counts. On a run that is over, or about to be, there is nothing to do. */
export function decideTerminate(run: Run, { reason }: SignalOf<'terminate'>): Decision {
  if (isTerminal(run.state) || run.state === 'TERMINATING') return unchanged;
  return accepted({ run: { state: 'TERMINATING', reason } });
}

/** The time limit ends a run as a termination does; that it ends FAILED is told by the reason. */
export function decideTimeout(run: Run, { at }: SignalOf<'timeout'>): Decision {
  const message = `The run was not done within ${run.spec.limits.run_timeout_seconds} seconds of its submission.`;
  return decideTerminate(run, { type: 'terminate', reason: { code: 'run_timeout', message }, at });
}
