import type { V1Container, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptName, type PodRole } from './names.ts';
import { envFrom, type SharedEnvironment } from './shared-environment.ts';

export const sidecarName = 'log-sidecar';

const stateMount = '/var/lib/griffin';

/** What the sidecar keeps, out of reach of the work: the work may do as it likes in its own folders. */
export const sidecarState: V1Volume = { name: 'log-sidecar', emptyDir: { sizeLimit: '64Mi' } };

/** Where Ray keeps its sessions. */
export interface RaySessions {
  folder: string;
  mount: V1VolumeMount;
}

/**
 * Ships Ray's session logs, and gets none of the definition's secrets. A native sidecar: it starts before Ray and ends
 * after it, keeps no pod from completing, and leaves Ray the first place among the containers, by which KubeRay knows it.
 */
export function logSidecar(
  attempt: Attempt,
  parts: { role: PodRole; shared: SharedEnvironment | null },
  sessions: RaySessions,
): V1Container {
  const { folder, mount } = sessions;
  return {
    name: sidecarName,
    image: attempt.spec.runtime.image,
    restartPolicy: 'Always',
    command: ['python', '-m', 'griffin_runtimes.logs.sidecar'],
    envFrom: [
      ...envFrom(parts.shared && { ...parts.shared, secret: null }),
      { secretRef: { name: attemptName(attempt) } },
    ],
    env: [
      { name: 'GRIFFIN_RAY_FOLDER', value: folder },
      { name: 'GRIFFIN_LOG_STATE', value: stateMount },
      { name: 'GRIFFIN_POD_ROLE', value: parts.role },
      { name: 'GRIFFIN_POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'GRIFFIN_POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
    ],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { ...mount, readOnly: true },
      { name: sidecarState.name, mountPath: stateMount },
    ],
  };
}

/** Python and Arrow's client for S3 with four chunks on their way: 100 MB, and 50 MB of libraries that can be read again. */
const resources = { requests: { cpu: '50m', memory: '192Mi' }, limits: { cpu: '500m', memory: '192Mi' } };
