import type { Reason } from '@griffin/contracts';
import type { V1ContainerStateTerminated, V1Job } from '@kubernetes/client-node';
import { exitOf, type WhoRuns } from '../../backend/exit-status.ts';
import { noDashboard, type Observation, type ObservationOf } from '../../backend/observation.ts';
import type { Found } from './found.ts';
import { hasStarted, isComputing, podRefused, startDeadlineExceeded, waitOf, type Waiting } from './pod-trouble.ts';
import { isOverdue, type StartDeadline } from './start-deadline.ts';
import { deleted, whatIsLeft } from './what-is-left.ts';

/** What there is to know of a Job besides what is there. */
export interface BatchJobView extends StartDeadline {
  who: WhoRuns;
  /** What the API server said to its pod, where it has none. */
  refusal: string | null;
}

/** What a Job and its pod say about the attempt. */
export function observeBatchJob(found: Found<V1Job>, view: BatchJobView): Observation {
  const { job } = found;
  if (!job || job.metadata?.deletionTimestamp) return deleted(found);
  const failed = condition(job, 'Failed') ?? condition(job, 'FailureTarget');
  if (condition(job, 'Complete') ?? condition(job, 'SuccessCriteriaMet'))
    return ended(found, { exit: 'succeeded', exitCode: 0, reason: null });
  if (failed) return ended(found, failureOf(found, failed, view));
  if (isOverdue(job, view) && !hasBegun(found)) {
    const reason = waitOfJob(found, view).reason ?? startDeadlineExceeded;
    return ended(found, { exit: 'failed', exitCode: null, reason });
  }
  return alive(job, found, view);
}

/** The handle tells that its pod ran once: a pod may be gone before the Job says that it failed. */
function alive(job: V1Job, found: Found<V1Job>, view: BatchJobView): Observation {
  const uid = job.metadata?.uid ?? '';
  const pod = found.pods.find(isComputing);
  if (pod?.status?.phase === 'Running') {
    const handle = { uid, pod: pod.metadata?.uid ?? '' };
    return { kind: 'alive', phase: 'running', reason: null, handle, cluster: noDashboard };
  }
  const known = found.handle?.['pod'];
  const handle = { uid, ...(known !== undefined && { pod: known }) };
  return { kind: 'alive', ...waitOfJob(found, view), handle, cluster: null };
}

function waitOfJob({ pods }: Found<V1Job>, { refusal }: BatchJobView): Waiting {
  const pod = pods.find(isComputing);
  if (pod) return waitOf(pod);
  return { phase: 'queued', reason: refusal === null ? null : podRefused(refusal) };
}

function hasBegun({ handle, pods, casualty }: Found<V1Job>): boolean {
  if (handle?.['pod'] !== undefined || casualty) return true;
  return pods.some((pod) => hasStarted(pod) || pod.status?.phase === 'Running' || !isComputing(pod));
}

function failureOf(
  found: Found<V1Job>,
  { reason: code, message }: Failure,
  view: BatchJobView,
): Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'> {
  const { pods, casualty } = found;
  if (code === 'DeadlineExceeded') return { exit: 'failed', exitCode: null, reason: deadline(found, view) };
  const end = pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .flatMap(({ state }) => state?.terminated ?? [])
    .at(0);
  if (end) {
    const exit = exitOf(end.exitCode, view.who);
    return { ...exit, reason: casualty ?? neverStarted(end) ?? exit.reason };
  }
  const unknown = {
    code: 'cluster_lost',
    message: message ?? 'The pod of the attempt is gone, and nothing tells how it ended.',
  };
  return { exit: 'failed', exitCode: null, reason: casualty ?? unknown };
}

/** Its exit code is the kubelet's, and says nothing. */
function neverStarted({ reason, message }: V1ContainerStateTerminated): Reason | null {
  if (reason !== 'StartError') return null;
  return {
    code: 'container_config_invalid',
    message: `The container cannot be started: ${message ?? 'nothing says why.'}`,
  };
}

/** It counts from the Job's creation: who waited all that time has not run. */
function deadline(found: Found<V1Job>, view: BatchJobView): Reason {
  const message = 'The attempt took longer than it may, with the time to start and some to spare.';
  return waitOfJob(found, view).reason ?? { code: 'run_timeout', message };
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
