import { isRetryable, isTerminal, type FinalReport, type Reason } from '@griffin/contracts';
import { mayRunUnclaimed } from './claim.ts';
import { accepted, type Decision, newsFor, unchanged } from './decision.ts';
import { conclude, type Ending } from './ending.ts';
import { judge, judgeOutputs, reported } from './report.ts';
import type { Attempt, AttemptChange, ResourcesHeld, Run, RunChange } from './run.ts';
import type { SignalOf } from './signal.ts';

/**
 * The cluster is done with an attempt: nothing of it can compute any more. Of an attempt that already said how it ended,
 * or that another one followed, this is only recorded; a bad exit after the report changes nothing.
 */
export function decideFinished(run: Run, attempt: Attempt, signal: SignalOf<'finished'>): Decision {
  if (attempt.finishedAt !== null) return unchanged;
  const over = exited(attempt, signal);
  if (attempt.number < run.attempt) return accepted({ attempt: over });
  if (isTerminal(run.state)) return accepted({ run: newsFor(run, { resources: heldBy(attempt) }), attempt: over });
  if (run.state === 'TERMINATING') return accepted({ run: stopped(run, attempt, signal), attempt: over });
  return unreported(run, attempt, signal, over);
}

/** Nothing of an attempt is left. The run's resources are released once its end is known as well, whichever comes first. */
export function decideReleased(run: Run, attempt: Attempt, { at }: SignalOf<'released'>): Decision {
  if (attempt.releasedAt !== null) return unchanged;
  const gone: AttemptChange = { releasedAt: at };
  const isNews = attempt.number === run.attempt && attempt.finishedAt !== null;
  return accepted({ run: isNews ? newsFor(run, { resources: 'released' }) : null, attempt: gone });
}

function heldBy({ releasedAt }: Attempt): ResourcesHeld {
  return releasedAt === null ? 'held' : 'released';
}

/** Whether a report that the attempt stored can still count: once it cannot, it never can again. */
export function storedReportCounts(run: Pick<Run, 'state' | 'attempt'>, attempt: number): boolean {
  return attempt === run.attempt && !isTerminal(run.state) && run.state !== 'TERMINATING';
}

function exited(attempt: Attempt, signal: SignalOf<'finished'>): AttemptChange {
  return {
    phase: 'finished',
    exit: signal.exit,
    exitCode: signal.exitCode,
    finishedAt: signal.at,
    reason: attempt.outcome === null ? signal.reason : attempt.reason,
    logTail: attempt.logTail ?? signal.logTail,
  };
}

/**
 * A run whose time was up has failed; what anyone else asked to end was terminated. The work of one that its owner lost
 * sight of may be submitted again.
 */
function stopped(run: Run, attempt: Attempt, { logTail, at }: SignalOf<'finished'>): RunChange {
  const { code = '' } = run.reason ?? {};
  const state = code === 'run_timeout' ? 'FAILED' : 'TERMINATED';
  return { state, retryable: isRetryable(code), resources: heldBy(attempt), logTail, finishedAt: at };
}

function unreported(run: Run, attempt: Attempt, signal: SignalOf<'finished'>, over: AttemptChange): Decision {
  const report = ownReport(attempt, signal);
  const ending = report ? judge(run.spec, report) : withoutReport(run, attempt, signal);
  const words: AttemptChange = report ? reported(report, ending, signal.at) : { reason: reasonOf(ending) };
  return accepted({
    run: { resources: heldBy(attempt), ...conclude(run, ending, signal.at) },
    attempt: { ...over, ...words, logTail: words.logTail ?? over.logTail ?? null },
  });
}

function ownReport(attempt: Attempt, { stored }: SignalOf<'finished'>): FinalReport | undefined {
  return stored.found === 'report' && stored.report.boot_id === attempt.bootId ? stored.report : undefined;
}

function withoutReport(run: Run, attempt: Attempt, signal: SignalOf<'finished'>): Ending {
  const { exit, reason, retryable, logTail, stored } = signal;
  const said = { metrics: attempt.metrics, links: attempt.links, logTail };
  if (reason) return { outcome: 'failed', reason, retryable, ...said };
  // Who claimed the attempt has promised a report.
  if (exit === 'succeeded' && attempt.bootId === null && mayRunUnclaimed(run)) return judgeOutputs(run.spec, [], said);
  return { outcome: 'failed', reason: noReport(stored), retryable: false, ...said };
}

function noReport(stored: SignalOf<'finished'>['stored']): Reason {
  if (stored.found !== 'unreadable') {
    return { code: 'report_missing', message: 'The attempt ended without a final report, and nothing tells why.' };
  }
  return { code: 'report_invalid', message: `The final report cannot be read: ${stored.why}` };
}

function reasonOf(ending: Ending): Reason | null {
  return ending.outcome === 'failed' ? ending.reason : null;
}
