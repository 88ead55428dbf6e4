import type { Reason } from '@griffin/contracts';
import type { V1ContainerStateWaiting, V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { sidecarName } from '../../manifests/log-sidecar.ts';
import { labels } from '../../manifests/names.ts';

export interface Waiting {
  phase: 'queued' | 'pulling' | 'starting';
  reason: Reason | null;
}

/** Whether something in it can still compute. */
export function isComputing({ status }: V1Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** Whether its container has begun, and so may have written something. */
export function hasStarted({ status }: V1Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ state }) => state?.running ?? state?.terminated);
}

/** What a pod that does not run yet waits for. */
export function waitOf(pod: V1Pod): Waiting {
  const unscheduled = condition(pod, 'PodScheduled', 'False');
  if (unscheduled) return { phase: 'queued', reason: unschedulable(pod, unscheduled) };
  // Any of them may be what the others wait for: a container whose sidecar cannot be pulled says `PodInitializing`.
  const waits = containers(pod).flatMap(({ state }) => state?.waiting ?? []);
  const pull = waits.find(({ reason = '' }) => pullProblems.has(reason));
  if (pull) return { phase: 'pulling', reason: cannotPull(pod, pull.message ?? '') };
  const refused = waits.find(isConfigRefused);
  if (refused) {
    const message = `${nameOf(pod)}: ${refused.message ?? ''}`;
    return { phase: 'starting', reason: { code: 'container_config_invalid', message } };
  }
  return { phase: isScheduled(pod) ? 'pulling' : 'queued', reason: null };
}

/** What it means that a pod is not let into the cluster, by what the API server said to it. */
export function podRefused(message: string): Reason {
  const code = message.includes('exceeded quota') ? 'quota_exceeded' : 'pods_refused';
  return { code, message: `Kubernetes does not accept a pod of the attempt: ${message}` };
}

/** Where nothing tells what was waited for. */
export const startDeadlineExceeded: Reason = {
  code: 'start_deadline_exceeded',
  message: 'The attempt did not get what it runs on in time.',
};

/** What befell a pod from outside; null where nothing did. How its own work ended is not among it. */
export function casualtyOf(pod: V1Pod): Reason | null {
  const { status } = pod;
  const disruption = condition(pod, 'DisruptionTarget', 'True');
  const outOfMemory = containers(pod).find((one) => one.name !== sidecarName && isOutOfMemory(one));
  if (outOfMemory) return ranOutOfMemory(pod, outOfMemory);
  if (disruption?.reason === 'PreemptionByScheduler') {
    return {
      code: 'preempted',
      message: `${nameOf(pod)} made room for one of a higher priority. ${disruption.message ?? ''}`.trim(),
    };
  }
  if (status?.reason === 'NodeLost' || lossesOfNodes.has(disruption?.reason ?? '')) {
    const why = disruption?.message ?? 'its node does not answer.';
    return { code: 'node_lost', message: `${nameOf(pod)} lost its node: ${why}` };
  }
  if (disruption || status?.reason === 'Evicted') {
    const why = status?.message ?? disruption?.message ?? '';
    return { code: 'evicted', message: `${nameOf(pod)} was evicted from its node. ${why}`.trim() };
  }
  return null;
}

export function nameOf({ metadata }: V1Pod): string {
  const role = metadata?.labels?.[labels.role];
  return role === 'worker' ? 'A Ray worker' : role === 'head' ? 'The Ray head' : 'The container';
}

/** The secret that comes after what owns it is waited for. */
function isConfigRefused({ reason = '', message = '' }: V1ContainerStateWaiting): boolean {
  return startProblems.has(reason) && !(reason === 'CreateContainerConfigError' && message.includes('not found'));
}

/** What the kubelet says of a container that it cannot make, or not start. */
const startProblems = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/** A node that does not answer is tainted, which deletes its pods; the pods of one that was removed are collected. */
const lossesOfNodes = new Set(['DeletionByTaintManager', 'DeletionByPodGC']);

const pullProblems = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
]);

function unschedulable(pod: V1Pod, { reason, message }: V1PodCondition): Reason | null {
  if (reason !== 'Unschedulable') return null;
  return {
    code: 'unschedulable',
    message: `${nameOf(pod)} fits on no node: ${message ?? 'the scheduler does not say why.'}`,
  };
}

function cannotPull(pod: V1Pod, message: string): Reason {
  const image = pod.spec?.containers[0]?.image ?? 'the image';
  return {
    code: 'image_pull_failed',
    message: `The image ${image} cannot be pulled: ${message || 'no reason is given.'}`,
  };
}

function ranOutOfMemory(pod: V1Pod, { name }: V1ContainerStatus): Reason {
  const limit = pod.spec?.containers.find((container) => container.name === name)?.resources?.limits?.['memory'];
  const message = `${nameOf(pod)} used more memory than its limit of ${limit ?? 'the node'}. Ask for more: resources.memory_gib.`;
  return { code: 'out_of_memory', message };
}

function isOutOfMemory({ state, lastState }: V1ContainerStatus): boolean {
  return [state, lastState].some((one) => one?.terminated?.reason === 'OOMKilled');
}

function isScheduled(pod: V1Pod): boolean {
  return condition(pod, 'PodScheduled', 'True') !== undefined;
}

function condition({ status }: V1Pod, type: string, value: string): V1PodCondition | undefined {
  return status?.conditions?.find((one) => one.type === type && one.status === value);
}

const containers = ({ status }: V1Pod) => [
  ...(status?.containerStatuses ?? []),
  ...(status?.initContainerStatuses ?? []),
];
