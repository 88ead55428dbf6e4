import { type FinalReport, isRetryable, type Reason, type ResolvedRunSpec, type RunOutput } from '@griffin/contracts';
import { refusalOf } from './claim.ts';
import { accepted, type Decision, refused, unchanged } from './decision.ts';
import { conclude, type Ending } from './ending.ts';
import type { Attempt, AttemptChange, Run } from './run.ts';
import type { SignalOf } from './signal.ts';

/** The first report of an attempt's own process is its commit. The same process may repeat it; the first one counts. */
export function decideReport(run: Run, attempt: Attempt, { report, at }: SignalOf<'report'>): Decision {
  if (attempt.outcome !== null && attempt.bootId === report.boot_id) return unchanged;
  const refusal = refusalOf(run, attempt);
  if (refusal) return refused(refusal);
  if (attempt.bootId === null) return refused('attempt_unclaimed');
  if (attempt.bootId !== report.boot_id) return refused('attempt_claimed');
  const ending = judge(run.spec, report);
  return accepted({ run: conclude(run, ending, at), attempt: reported(report, ending, at) });
}

/** What an accepted report leaves on its attempt. */
export function reported(report: FinalReport, ending: Ending, at: Date): AttemptChange {
  return {
    outcome: ending.outcome,
    reason: ending.outcome === 'failed' ? ending.reason : null,
    links: report.links,
    metrics: report.metrics,
    logTail: report.log_tail,
    reportedAt: at,
  };
}

/** Reads a report as an ending. One that claims success without what the run was to produce is a failure. */
export function judge(spec: ResolvedRunSpec, report: FinalReport): Ending {
  const said = { metrics: report.metrics, links: report.links, logTail: report.log_tail };
  return report.outcome === 'failed' ? failed(report.reason ?? silent, said) : judgeOutputs(spec, report.outputs, said);
}

/** Reads success, with what it produced, as an ending. */
export function judgeOutputs(spec: ResolvedRunSpec, outputs: RunOutput[], { logTail, ...said }: Said): Ending {
  const reason = whatIsWrongWith(spec, outputs);
  return reason ? failed(reason, { logTail, ...said }) : { outcome: 'succeeded', outputs, ...said };
}

type Said = Pick<Ending & { outcome: 'failed' }, 'metrics' | 'links' | 'logTail'>;

function failed(reason: Reason, said: Said): Ending {
  return { outcome: 'failed', reason, retryable: isRetryable(reason.code), ...said };
}

const silent: Reason = { code: 'runtime_error', message: 'The runtime reported a failure without a reason.' };

function whatIsWrongWith(spec: ResolvedRunSpec, outputs: RunOutput[]): Reason | undefined {
  for (const type of ['model', 'dataset'] as const) {
    const count = outputs.filter((output) => output.type === type).length;
    if (count > 1) return invalid(`it has ${count} outputs of type ${type}`);
    if (count === 0 && spec.outputs[type]) return { code: 'output_missing', message: `The run produced no ${type}.` };
  }
  const stray = outputs.find(({ uri }) => !liesIn(spec.artifact_root, uri));
  return stray && invalid(`its output ${stray.uri} lies outside of the run's artifacts`);
}

function invalid(why: string): Reason {
  return { code: 'report_invalid', message: `The final report cannot be accepted: ${why}.` };
}

function liesIn(root: string, uri: string): boolean {
  return uri.startsWith(`${root}/`) && !uri.split('/').includes('..');
}
