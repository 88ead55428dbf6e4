import type { KubernetesObject, V1Job, V1Pod } from '@kubernetes/client-node';
import { logRootAnnotation } from '../manifests/names.ts';
import type { RayJob } from '../manifests/ray-job.ts';
import type { WatchedKind } from './watched.ts';

/** A RayCluster, of which only its being there matters: a RayJob's status says the rest. */
export type RayCluster = KubernetesObject;

export const rayJobs: WatchedKind<RayJob> = {
  apiVersion: 'ray.io/v1',
  kind: 'RayJob',
  plural: 'rayjobs',
  trim: (object) => {
    trimMetadata(object);
    delete (object as Partial<RayJob>).spec;
  },
};

export const rayClusters: WatchedKind<RayCluster> = {
  apiVersion: 'ray.io/v1',
  kind: 'RayCluster',
  plural: 'rayclusters',
  trim: (object) => {
    trimMetadata(object);
    const { apiVersion, kind, metadata } = object;
    for (const key of Object.keys(object)) delete object[key as keyof RayCluster];
    Object.assign(object, { apiVersion, kind, metadata });
  },
};

/** Of a Job's status its conditions are kept: what it counts, its pods say themselves. */
export const batchJobs: WatchedKind<V1Job> = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  plural: 'jobs',
  trim: (object) => {
    trimMetadata(object);
    delete object.spec;
    const conditions = object.status?.conditions;
    object.status = conditions ? { conditions } : {};
  },
};

/** Of a pod's containers their limits are kept: who ran out of memory wants to know of how much. And where its log goes. */
export const pods: WatchedKind<V1Pod> = {
  apiVersion: 'v1',
  kind: 'Pod',
  plural: 'pods',
  trim: (object) => {
    const root = object.metadata?.annotations?.[logRootAnnotation];
    trimMetadata(object);
    if (object.metadata && root !== undefined) object.metadata.annotations = { [logRootAnnotation]: root };
    const containers = object.spec?.containers ?? [];
    object.spec = {
      containers: containers.map(({ name, image, resources }) => ({ name, image, resources })),
    } as V1Pod['spec'];
    trimStatus(object.status);
  },
};

/** Where a pod is, and with which address, nobody asks: it is no news either. */
function trimStatus(status: V1Pod['status']): void {
  if (!status) return;
  delete status.hostIP;
  delete status.hostIPs;
  delete status.podIP;
  delete status.podIPs;
  delete status.qosClass;
  delete status.startTime;
  status.conditions = status.conditions?.filter(({ type }) => toldConditions.has(type)) ?? [];
  for (const one of [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]) {
    const { name, state, lastState } = one;
    for (const key of Object.keys(one)) delete one[key as keyof typeof one];
    Object.assign(one, { name, state, lastState });
  }
}

const toldConditions = new Set(['PodScheduled', 'DisruptionTarget']);

function trimMetadata({ metadata }: KubernetesObject): void {
  if (!metadata) return;
  delete metadata.managedFields;
  delete metadata.annotations;
  delete metadata.ownerReferences;
  delete metadata.generateName;
}
