import type { V1Job } from '@kubernetes/client-node';
import type { Observation } from '../../backend/observation.ts';
import type { RayJob } from '../../manifests/ray-job.ts';
import type { Found } from './found.ts';
import { isComputing } from './pod-trouble.ts';

/** Whether nothing of the attempt can compute any more: no pod does, and nothing is there that makes pods. */
export function isReleased({ job, rayClusters, pods }: Found<RayJob | V1Job>): boolean {
  const makers = [...rayClusters, ...(job ? [job] : [])];
  return !pods.some(isComputing) && makers.every(({ metadata }) => metadata?.deletionTimestamp !== undefined);
}

/** Of an attempt whose own object is gone, or going, by whoever's hand. Whether that was ours the reconciler knows. */
export function deleted(found: Found<RayJob | V1Job>): Observation {
  const nothing = !found.job && found.rayClusters.length === 0 && found.pods.length === 0;
  if (nothing && found.handle === null) return { kind: 'gone' };
  const reason = found.casualty ?? {
    code: 'objects_deleted',
    message: 'The objects of the attempt were deleted from the cluster by somebody else.',
  };
  return { kind: 'ended', exit: 'failed', exitCode: null, reason, logTail: null, released: isReleased(found) };
}
