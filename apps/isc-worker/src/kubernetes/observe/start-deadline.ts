import type { KubernetesObject } from '@kubernetes/client-node';

/** How long an attempt may wait for its start, and when that is asked. */
export interface StartDeadline {
  startDeadlineSeconds: number;
  now: Date;
}

/**
 * Whether what was made of the attempt is older than its start may take. A Job has no such deadline of its own; a RayJob
 * has one, which KubeRay does not see pass while it waits for a head that never answers.
 */
export function isOverdue({ metadata }: KubernetesObject, { startDeadlineSeconds, now }: StartDeadline): boolean {
  const { creationTimestamp } = metadata ?? {};
  if (!creationTimestamp) return false;
  return now.getTime() - new Date(creationTimestamp).getTime() >= startDeadlineSeconds * 1000;
}
