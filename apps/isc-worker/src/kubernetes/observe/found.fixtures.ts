import type { V1ContainerState, V1Job, V1JobCondition, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { sidecarName } from '../../manifests/log-sidecar.ts';
import { labels, type PodRole } from '../../manifests/names.ts';
import type { RayJob, RayJobStatus } from '../../manifests/ray-job.ts';
import type { Found } from './found.ts';

/** An attempt of which there is nothing, changed. */
export function found<Job extends RayJob | V1Job>(changed: Partial<Found<Job>> = {}): Found<Job> {
  return { job: undefined, rayClusters: [], pods: [], handle: null, casualty: null, ...changed };
}

const metadata = { name: 'run', namespace: 'ns', uid: 'job-1' };

export const aRayJob = (status: RayJobStatus = {}, deletionTimestamp?: Date): RayJob =>
  ({ metadata: { ...metadata, ...(deletionTimestamp && { deletionTimestamp }) }, status }) as RayJob;

export const aJob = (...conditions: Pick<V1JobCondition, 'type' | 'reason' | 'message'>[]): V1Job => ({
  metadata,
  status: { conditions: conditions.map((condition) => ({ status: 'True', ...condition })) },
});

export interface PodParts {
  uid?: string;
  role?: PodRole;
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  reason?: string;
  state?: V1ContainerState;
  /** Of the log sidecar, where there is one. */
  sidecar?: V1ContainerState;
  conditions?: Pick<V1PodCondition, 'type' | 'status' | 'reason' | 'message'>[];
  deletionTimestamp?: Date;
}

const unready = { imageID: '', ready: false, restartCount: 0 };

export function aPod(parts: PodParts = {}): V1Pod {
  const {
    uid = 'pod-1',
    role = 'head',
    phase = 'Running',
    reason,
    state = {},
    sidecar,
    conditions = [],
    deletionTimestamp,
  } = parts;
  const container = { name: role, image: 'griffin/runtime:1' };
  return {
    metadata: { uid, name: uid, labels: { [labels.role]: role }, ...(deletionTimestamp && { deletionTimestamp }) },
    spec: { containers: [{ ...container, resources: { limits: { memory: '2048Mi' } } }] },
    status: {
      phase,
      ...(reason !== undefined && { reason }),
      conditions,
      containerStatuses: [{ ...container, ...unready, state }],
      ...(sidecar && {
        initContainerStatuses: [{ ...container, name: sidecarName, ...unready, state: sidecar }],
      }),
    },
  };
}
