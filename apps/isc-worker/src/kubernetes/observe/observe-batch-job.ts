import type { Reason } from '@griffin/contracts';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { exitOf, type WhoRuns } from '../../backend/exit-status.ts';
import { noDashboard, type Observation, type ObservationOf } from '../../backend/observation.ts';
import type { Found } from './found.ts';
import { isComputing, waitOf } from './pod-trouble.ts';
import { deleted, whatIsLeft } from './what-is-left.ts';

/** What a Job and its pod say about the attempt. */
export function observeBatchJob(found: Found<V1Job>, who: WhoRuns = 'runtime'): Observation {
  const { job } = found;
  if (!job || job.metadata?.deletionTimestamp) return deleted(found);
  const failed = condition(job, 'Failed') ?? condition(job, 'FailureTarget');
  if (condition(job, 'Complete') ?? condition(job, 'SuccessCriteriaMet'))
    return ended(found, { exit: 'succeeded', exitCode: 0, reason: null });
  if (failed) return ended(found, failureOf(found, failed, who));
  return alive(job, found.pods);
}

function alive(job: V1Job, pods: V1Pod[]): Observation {
  const handle = { uid: job.metadata?.uid ?? '' };
  const pod = pods.find(isComputing);
  if (pod?.status?.phase === 'Running')
    return { kind: 'alive', phase: 'running', reason: null, handle, cluster: noDashboard };
  return {
    kind: 'alive',
    ...(pod ? waitOf(pod) : ({ phase: 'queued', reason: null } as const)),
    handle,
    cluster: null,
  };
}

function failureOf(
  { pods, casualty }: Found<V1Job>,
  { reason: code, message }: Failure,
  who: WhoRuns,
): Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'> {
  if (code === 'DeadlineExceeded') return { exit: 'failed', exitCode: null, reason: deadline(pods) };
  const exitCode = pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ state }) => state?.terminated?.exitCode)
    .find((one) => one !== undefined);
  if (exitCode !== undefined) return { ...exitOf(exitCode, who), reason: casualty ?? exitOf(exitCode, who).reason };
  const unknown = {
    code: 'cluster_lost',
    message: message ?? 'The pod of the attempt is gone, and nothing tells how it ended.',
  };
  return { exit: 'failed', exitCode: null, reason: casualty ?? unknown };
}

/** It counts from the Job's creation: who waited all that time has not run. */
function deadline(pods: V1Pod[]): Reason {
  const waiting = pods.map(waitOf).find(({ reason }) => reason)?.reason;
  const message = 'The attempt took longer than it may, with the time to start and some to spare.';
  return waiting ?? { code: 'run_timeout', message };
}

function ended(found: Found<V1Job>, end: Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'>): Observation {
  return { kind: 'ended', ...end, logTail: null, left: whatIsLeft(found) };
}

interface Failure {
  reason?: string | undefined;
  message?: string | undefined;
}

function condition({ status }: V1Job, type: string): Failure | undefined {
  return status?.conditions?.find((one) => one.type === type && one.status === 'True');
}
