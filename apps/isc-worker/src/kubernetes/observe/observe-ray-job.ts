import type { Reason } from '@griffin/contracts';
import type { V1Pod } from '@kubernetes/client-node';
import { exitOf } from '../../backend/exit-status.ts';
import type { Cluster, Observation, ObservationOf } from '../../backend/observation.ts';
import { labels } from '../../manifests/names.ts';
import type { RayJob, RayJobStatus } from '../../manifests/ray-job.ts';
import type { Found } from './found.ts';
import { isComputing, podRefused, startDeadlineExceeded, waitOf, type Waiting } from './pod-trouble.ts';
import { isOverdue, type StartDeadline } from './start-deadline.ts';
import { deleted, whatIsLeft } from './what-is-left.ts';

type End = Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'>;

/** What there is to know of a RayJob besides what is there. */
export interface RayJobView extends StartDeadline {
  /** Null while there is none to be had. */
  cluster: Cluster | null;
}

/**
 * What a RayJob and its pods say about the attempt. KubeRay contradicts itself: a job that was stopped is `Complete`, one
 * whose head died is submitted once more as if nothing had happened, and what a proxy answers may pass for the status of
 * a job. So success is the one status SUCCEEDED of a job on the head that it began on, and an unknown status says nothing.
 */
export function observeRayJob(found: Found<RayJob>, view: RayJobView): Observation {
  const { job } = found;
  if (!job || job.metadata?.deletionTimestamp) return deleted(found);
  const status = job.status ?? {};
  const lost = lostHead(found, status);
  if (lost) return ended(found, status, lost);
  switch (status.jobStatus ?? '') {
    case 'SUCCEEDED':
      return ended(found, status, { exit: 'succeeded', exitCode: 0, reason: null });
    case 'FAILED':
      return ended(found, status, { ...exitIn(status), reason: found.casualty ?? exitIn(status).reason });
    case 'STOPPED':
      return ended(found, status, stopped);
    default:
      return undecided(job, found, status, view);
  }
}

function undecided(job: RayJob, found: Found<RayJob>, status: RayJobStatus, view: RayJobView): Observation {
  switch (status.jobDeploymentStatus ?? '') {
    case 'Failed':
      return ended(found, status, { exit: 'failed', exitCode: null, reason: failureOf(found, status) });
    case 'ValidationFailed':
      return ended(found, status, refused(status));
  }
  const isKnown = ['', 'PENDING', 'RUNNING'].includes(status.jobStatus ?? '');
  if (!isKnown && found.handle?.['head'] !== undefined) return unseen(status);
  if (isOverdue(job, view) && !hasBegun(found, status)) {
    return ended(found, status, { exit: 'failed', exitCode: null, reason: whyNotStarted(found) });
  }
  return alive(found, status, view.cluster);
}

const hasBegun = ({ handle }: Found<RayJob>, { jobStatus }: RayJobStatus) =>
  handle?.['head'] !== undefined || jobStatus === 'RUNNING';

function alive(found: Found<RayJob>, { jobStatus }: RayJobStatus, cluster: Cluster | null): Observation {
  const uid = found.job?.metadata?.uid ?? '';
  const head = headOf(found.pods);
  if (jobStatus === 'RUNNING' && head?.metadata?.uid !== undefined) {
    return { kind: 'alive', phase: 'running', reason: null, handle: { uid, head: head.metadata.uid }, cluster };
  }
  return { kind: 'alive', ...waitOfCluster(found), handle: { uid }, cluster };
}

/** The head first: without it there is nothing that a worker could join. */
function waitOfCluster({ pods, job }: Found<RayJob>): Waiting {
  const waits = [headOf(pods), ...pods.filter(isWorker)].flatMap((pod) =>
    pod && isComputing(pod) && pod.status?.phase !== 'Running' ? [waitOf(pod)] : [],
  );
  const refusal = job?.status?.rayClusterStatus?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (refusal) return { phase: 'queued', reason: podRefused(refusal.message ?? '') };
  if (pods.length === 0) return { phase: 'queued', reason: null };
  return waits.find(({ reason }) => reason !== null) ?? waits[0] ?? { phase: 'starting', reason: null };
}

const whyNotStarted = (found: Found<RayJob>) => waitOfCluster(found).reason ?? startDeadlineExceeded;

/** The work on a head that is gone is gone. What KubeRay submits again to another one is turned away by api. */
function lostHead({ pods, handle, casualty }: Found<RayJob>, { jobStatus }: RayJobStatus): End | null {
  const known = handle?.['head'];
  if (known === undefined || jobStatus === 'SUCCEEDED' || jobStatus === 'FAILED') return null;
  const head = pods.find(({ metadata }) => metadata?.uid === known);
  if (head && isComputing(head) && !head.metadata?.deletionTimestamp) return null;
  const message = 'The Ray head of the attempt is gone, and with it the work.';
  return { exit: 'failed', exitCode: null, reason: casualty ?? { code: 'head_lost', message } };
}

function failureOf(found: Found<RayJob>, { reason, message }: RayJobStatus): Reason {
  switch (reason ?? '') {
    case 'DeadlineExceeded':
      return {
        code: 'run_timeout',
        message: 'The attempt took longer than it may, with the time to start and some to spare.',
      };
    case 'PreRunningDeadlineExceeded':
      return whyNotStarted(found);
    case 'SubmissionFailed':
      return { code: 'submission_failed', message: `Ray did not accept the job: ${message ?? ''}` };
    default:
      return (
        found.casualty ?? {
          code: 'cluster_lost',
          message: `KubeRay gave the job up (${reason ?? 'no reason given'}): ${message ?? ''}`,
        }
      );
  }
}

function refused({ message }: RayJobStatus): End {
  return {
    exit: 'failed',
    exitCode: null,
    reason: { code: 'manifest_refused', message: `KubeRay refused the RayJob: ${message ?? ''}` },
  };
}

/** Ray says it in a sentence. */
function exitIn({ message = '' }: RayJobStatus): End {
  const code = /exit code (-?\d+)/.exec(message)?.[1];
  if (code !== undefined) return exitOf(Number(code) < 0 ? 128 - Number(code) : Number(code));
  return {
    exit: 'failed',
    exitCode: null,
    reason: {
      code: 'cluster_lost',
      message: message.split('\n', 1)[0] || 'The Ray job failed, and nothing tells why.',
    },
  };
}

const stopped: End = {
  exit: 'stopped',
  exitCode: null,
  reason: { code: 'terminated', message: 'The Ray job was stopped.' },
};

function unseen({ jobStatus, message }: RayJobStatus): Observation {
  const said = `KubeRay gives the job's state as '${jobStatus}', which is unknown: ${message ?? ''}`;
  return { kind: 'unseen', reason: { code: 'cluster_unreachable', message: said.slice(0, 500) } };
}

function ended(found: Found<RayJob>, { message }: RayJobStatus, end: End): Observation {
  const lines = message?.split('last available logs')[1];
  return {
    kind: 'ended',
    ...end,
    logTail: lines ? lines.slice(lines.indexOf('\n') + 1).slice(-16_384) : null,
    left: whatIsLeft(found),
  };
}

const headOf = (pods: V1Pod[]) =>
  pods.find(({ metadata }) => metadata?.labels?.[labels.role] === 'head' && !metadata.deletionTimestamp);
const isWorker = ({ metadata }: V1Pod) => metadata?.labels?.[labels.role] === 'worker';
