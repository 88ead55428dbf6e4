import type { Reason } from '@griffin/contracts';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Handle } from '../../backend/attempt.ts';
import type { RayJob } from '../../manifests/ray-job.ts';
import type { RayCluster } from '../kinds.ts';

/** What there is of one attempt in the cluster. */
export interface Found<Job extends RayJob | V1Job> {
  /** The attempt's own object; the one of the handle's uid where there is a handle. */
  job: Job | undefined;
  rayClusters: RayCluster[];
  pods: V1Pod[];
  handle: Handle | null;
  /** Why pods of it came to their end, also of those that are gone: the most telling one. */
  casualty: Reason | null;
}
