import type { KubernetesObject, V1PodTemplateSpec, V1Service } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptMetadata, lifetimeSeconds, rayJobKeptSeconds } from './attempt-metadata.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { attemptName, headServiceOf, runAnnotation } from './names.ts';
import { podTemplate, rayTemporaryFolder } from './pod.ts';
import { headResources, rayResources, workerResources, type PodResources } from './pod-resources.ts';
import type { SharedEnvironment } from './shared-environment.ts';

/** What KubeRay 1.6 knows of a RayJob that we use. */
export interface RayJob extends KubernetesObject {
  spec: {
    entrypoint: string;
    submissionMode: 'HTTPMode';
    jobId: string;
    backoffLimit: number;
    activeDeadlineSeconds: number;
    preRunningDeadlineSeconds: number;
    shutdownAfterJobFinishes: boolean;
    ttlSecondsAfterFinished: number;
    rayClusterSpec: { rayVersion: string; headGroupSpec: HeadGroup; workerGroupSpecs: WorkerGroup[] };
  };
  status?: RayJobStatus;
}

interface HeadGroup extends RayGroup {
  headService: V1Service;
}

interface RayGroup {
  rayStartParams: Record<string, string>;
  template: V1PodTemplateSpec;
}

interface WorkerGroup extends RayGroup {
  groupName: string;
  replicas: number;
  minReplicas: number;
  maxReplicas: number;
}

export interface RayJobStatus {
  jobStatus?: string;
  jobDeploymentStatus?: string;
  rayClusterName?: string;
  dashboardURL?: string;
  reason?: string;
  message?: string;
  rayClusterStatus?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

/** A constant: what a run does is data that the launcher asks api for, and never part of a command. */
const entrypoint = 'python -m griffin_runtimes.launch';

/** The version that the runtimes are locked to: KubeRay chooses its probes by it. */
const rayVersion = '2.60.0';

/** A Ray cluster of the attempt's own, and the one job on it. KubeRay tries it once: api decides on another attempt. */
export function rayJob(attempt: Attempt, settings: ClusterSettings, shared: SharedEnvironment | null = null): RayJob {
  const { spec } = attempt;
  const { resources } = spec;
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: { ...attemptMetadata(attempt, settings, shared), annotations: { [runAnnotation]: spec.name } },
    spec: {
      entrypoint,
      submissionMode: 'HTTPMode',
      jobId: attemptName(attempt),
      backoffLimit: 0,
      activeDeadlineSeconds: lifetimeSeconds(attempt, settings),
      preRunningDeadlineSeconds: settings.startDeadlineSeconds,
      shutdownAfterJobFinishes: true,
      ttlSecondsAfterFinished: rayJobKeptSeconds,
      rayClusterSpec: {
        rayVersion,
        headGroupSpec: headGroup(attempt, settings, shared),
        workerGroupSpecs: [
          {
            groupName: 'workers',
            replicas: resources.workers,
            minReplicas: resources.workers,
            maxReplicas: resources.workers,
            rayStartParams: { ...startParameters(resources), ...rayResources(resources) },
            template: podTemplate(attempt, settings, {
              role: 'worker',
              resources: workerResources(resources),
              env: rayEnvironment,
              hasRay: true,
              shared,
            }),
          },
        ],
      },
    },
  };
}

/** The head has no CPUs to give away: work that landed there would take the driver down with it. */
function headGroup(attempt: Attempt, settings: ClusterSettings, shared: SharedEnvironment | null): HeadGroup {
  const resources = headResources(attempt.spec.resources);
  return {
    headService: {
      metadata: { name: headServiceOf(attempt) },
      // As KubeRay makes it by itself: one pod needs no address before its own.
      spec: { clusterIP: 'None', publishNotReadyAddresses: true },
    },
    rayStartParams: { ...startParameters(resources), 'num-cpus': '0', 'num-gpus': '0', 'dashboard-host': '0.0.0.0' },
    template: podTemplate(attempt, settings, { role: 'head', resources, env: rayEnvironment, hasRay: true, shared }),
  };
}

function startParameters(resources: PodResources): Record<string, string> {
  return resources.ssd_gib > 0 ? { 'temp-dir': rayTemporaryFolder(resources) } : {};
}

const rayEnvironment = [{ name: 'RAY_USAGE_STATS_ENABLED', value: '0' }];
