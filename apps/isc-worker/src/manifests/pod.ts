import type { V1Container, V1EnvVar, V1PodTemplateSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptMetadata } from './attempt-metadata.ts';
import { gracePeriodSeconds, type ClusterSettings } from './cluster-settings.ts';
import { logSidecar, sidecarState } from './log-sidecar.ts';
import { attemptName, labels, type PodRole } from './names.ts';
import { placementOf } from './placement.ts';
import { resourcesOf, type PodResources } from './pod-resources.ts';
import { serviceAccountOf } from './service-account.ts';
import { envFrom, type SharedEnvironment } from './shared-environment.ts';

const ssdMount = '/mnt/ssd';
const temporaryMount = '/tmp';

/** Where Ray keeps its sessions and spills what does not fit into memory. */
export const rayTemporaryFolder = ({ ssd_gib }: PodResources) => `${ssd_gib > 0 ? ssdMount : temporaryMount}/ray`;

export interface PodParts {
  role: PodRole;
  resources: PodResources;
  command?: string[];
  args?: string[];
  env?: V1EnvVar[];
  annotations?: Record<string, string>;
  /** Whether Ray runs in it: its session logs are then shipped from beside it. */
  hasRay?: boolean;
  shared: SharedEnvironment | null;
}

/** A pod of the attempt: as Pod Security's strictest level asks, and never restarted, since an attempt is tried once. */
export function podTemplate(attempt: Attempt, settings: ClusterSettings, parts: PodParts): V1PodTemplateSpec {
  const { spec } = attempt;
  const folders = [temporary, ...(parts.resources.ssd_gib > 0 ? [ssd(parts.resources, settings)] : [])];
  const ofRay = folders.at(-1) ?? temporary;
  return {
    metadata: {
      labels: { ...attemptMetadata(attempt, settings, parts.shared).labels, [labels.role]: parts.role },
      ...(parts.annotations && { annotations: parts.annotations }),
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: gracePeriodSeconds,
      serviceAccountName: serviceAccountOf(spec),
      automountServiceAccountToken: spec.authorization?.roles !== undefined && spec.authorization.roles.length > 0,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...placementOf(spec, parts.resources, settings),
      ...(parts.hasRay && {
        initContainers: [
          logSidecar(attempt, parts, { folder: rayTemporaryFolder(parts.resources), mount: ofRay.mount }),
        ],
      }),
      containers: [
        container(
          attempt,
          settings,
          parts,
          folders.map(({ mount }) => mount),
        ),
      ],
      volumes: [...folders.map(({ volume }) => volume), ...(parts.hasRay ? [sidecarState] : [])],
    },
  };
}

function container(
  attempt: Attempt,
  settings: ClusterSettings,
  parts: PodParts,
  volumeMounts: V1VolumeMount[],
): V1Container {
  return {
    name: parts.role,
    image: attempt.spec.runtime.image,
    ...(parts.command && { command: parts.command }),
    ...(parts.args && { args: parts.args }),
    envFrom: [...envFrom(parts.shared), { secretRef: { name: attemptName(attempt) } }],
    env: [...folderVariables(parts.resources), ...(parts.env ?? [])],
    resources: resourcesOf(parts.resources, settings),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts,
  };
}

function folderVariables({ ssd_gib }: PodResources): V1EnvVar[] {
  return ssd_gib > 0 ? [{ name: 'GRIFFIN_SCRATCH_DIR', value: ssdMount }] : [];
}

interface Folder {
  mount: V1VolumeMount;
  volume: V1Volume;
}

const temporary: Folder = {
  mount: { name: 'temporary', mountPath: temporaryMount },
  volume: { name: 'temporary', emptyDir: {} },
};

function ssd({ ssd_gib }: PodResources, settings: ClusterSettings): Folder {
  return { mount: { name: 'ssd', mountPath: ssdMount }, volume: { name: 'ssd', ...ssdVolume(ssd_gib, settings) } };
}

function ssdVolume(gib: number, { ssd: source }: ClusterSettings): Omit<V1Volume, 'name'> {
  if (source.from === 'node') return { emptyDir: { sizeLimit: `${gib}Gi` } };
  const claim = {
    accessModes: ['ReadWriteOnce'],
    ...(source.storageClass !== null && { storageClassName: source.storageClass }),
    resources: { requests: { storage: `${gib}Gi` } },
  };
  return { ephemeral: { volumeClaimTemplate: { spec: claim } } };
}
