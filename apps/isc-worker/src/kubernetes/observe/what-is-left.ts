import type { KubernetesObject, V1Job } from '@kubernetes/client-node';
import type { Left, Observation } from '../../backend/observation.ts';
import type { RayJob } from '../../manifests/ray-job.ts';
import type { Found } from './found.ts';
import { isComputing } from './pod-trouble.ts';

/** What pods do computes, and what makes pods may, until it is asked to go and whoever makes them has heard of it. */
export function whatIsLeft({ job, rayClusters, pods }: Found<RayJob | V1Job>): Left {
  const makers = [...rayClusters, ...(job ? [job] : [])];
  if (makers.some(mayMake) || pods.some(isComputing)) return 'work';
  return makers.length > 0 || pods.length > 0 ? 'objects' : 'nothing';
}

/** KubeRay puts its finalizer on a RayJob before it makes anything of it, and takes it off when it sees that it is to go. */
function mayMake({ metadata }: KubernetesObject): boolean {
  return metadata?.deletionTimestamp === undefined || (metadata.finalizers ?? []).includes('ray.io/rayjob-finalizer');
}

/** Of an attempt whose own object is gone, or going, by whoever's hand. Whether that was ours the reconciler knows. */
export function deleted(found: Found<RayJob | V1Job>): Observation {
  const left = whatIsLeft(found);
  if (left === 'nothing' && found.handle === null) return { kind: 'gone' };
  const reason = found.casualty ?? {
    code: 'objects_deleted',
    message: 'The objects of the attempt were deleted from the cluster by somebody else.',
  };
  return { kind: 'ended', exit: 'failed', exitCode: null, reason, logTail: null, left };
}
