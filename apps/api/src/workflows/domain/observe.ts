import { AttemptPhase, isTerminal } from '@griffin/contracts';
import { mayRunUnclaimed } from './claim.ts';
import { accepted, type Decision, newsFor, unchanged } from './decision.ts';
import type { Attempt, AttemptChange, Observation, Run, RunChange } from './run.ts';
import type { SignalOf } from './signal.ts';

/** What an attempt runs on is up. May come late, of an attempt or a run that is over: a link is still worth keeping. */
export function decideClusterReady(run: Run, attempt: Attempt, { links, at }: SignalOf<'cluster-ready'>): Decision {
  const seen: AttemptChange = { links: { ...attempt.links, ...links } };
  if (attempt.number < run.attempt) return accepted({ attempt: seen });
  const change: RunChange = { links: { ...run.links, ...links } };
  if (run.state === 'REQUESTED') change.state = 'PROVISIONING';
  if (!isTerminal(run.state) && run.observation.status === 'unseen') {
    change.observation = { status: 'seen', since: at.toISOString() };
  }
  return accepted({ run: newsFor(run, change), attempt: seen });
}

/** What the cluster sees of an attempt. A snapshot older than one already seen, or of an attempt that is over, is none. */
export function decideProgressed(run: Run, attempt: Attempt, signal: SignalOf<'progressed'>): Decision {
  if (attempt.finishedAt !== null || signal.revision < attempt.observedRevision) return unchanged;
  const seen: AttemptChange = { phase: signal.phase, observedRevision: signal.revision };
  if (attempt.outcome === null) seen.reason = signal.reason;
  if (isWork(run, signal)) seen.startedAt = attempt.startedAt ?? signal.at;
  if (attempt.number < run.attempt || isTerminal(run.state)) return accepted({ attempt: seen });
  return accepted({ run: newsFor(run, whatIsSeen(run, signal)), attempt: seen });
}

/** Whether seeing the attempt run is all that will ever tell that its work has begun. */
function isWork(run: Run, { phase }: SignalOf<'progressed'>): boolean {
  return phase === AttemptPhase.Running && mayRunUnclaimed(run);
}

function whatIsSeen(run: Run, signal: SignalOf<'progressed'>): RunChange {
  const { phase, reason, at } = signal;
  const lost = phase === AttemptPhase.Lost;
  const change: RunChange = {
    observation: observed(run.observation, lost ? 'lost' : 'seen', at),
    resources: lost ? 'unknown' : 'held',
  };
  if (run.state === 'TERMINATING') return change;
  change.reason = reason;
  if (run.state === 'REQUESTED' && !lost) change.state = 'PROVISIONING';
  return isWork(run, signal) ? { ...change, state: 'RUNNING', startedAt: run.startedAt ?? at } : change;
}

function observed(before: Observation, status: Observation['status'], at: Date): Observation {
  return before.status === status ? before : { status, since: at.toISOString() };
}
