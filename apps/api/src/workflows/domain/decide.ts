import { decideClaim, decideLinks } from './claim.ts';
import { decideClusterReady, decideProgressed } from './observe.ts';
import type { Decision } from './decision.ts';
import { decideFinished, decideReleased } from './finish.ts';
import { decideReport } from './report.ts';
import type { Attempt, Run } from './run.ts';
import type { Signal } from './signal.ts';
import { decideTerminate, decideTimeout } from './stop.ts';

/**
 * The one place where a run's fate is decided. `attempt` is the one that the signal is about, current or not; for
 * `terminate` and `timeout` it is the current one. Pure: the same run and signal always give the same decision.
 */
export function decide(run: Run, attempt: Attempt, signal: Signal): Decision {
  switch (signal.type) {
    case 'claim':
      return decideClaim(run, attempt, signal);
    case 'links':
      return decideLinks(run, attempt, signal);
    case 'report':
      return decideReport(run, attempt, signal);
    case 'cluster-ready':
      return decideClusterReady(run, attempt, signal);
    case 'progressed':
      return decideProgressed(run, attempt, signal);
    case 'finished':
      return decideFinished(run, attempt, signal);
    case 'released':
      return decideReleased(run, attempt, signal);
    case 'terminate':
      return decideTerminate(run, signal);
    case 'timeout':
      return decideTimeout(run, signal);
  }
}
