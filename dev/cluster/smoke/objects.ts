import type { V1Job, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';

/** What Pod Security's strictest level asks of a container. */
const restricted: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** A Job of one pod that runs `command` once. */
export function job(name: string, image: string, command: string[]): V1Job {
  return {
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { ...pod('main', image, '256Mi', command), restartPolicy: 'Never' } } },
  };
}

/** A RayJob on a head that runs nothing itself and one worker. */
export function rayJob(name: string, image: string, rayVersion: string, entrypoint: string): object {
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: { name },
    spec: {
      entrypoint,
      submissionMode: 'HTTPMode',
      rayClusterSpec: {
        rayVersion,
        headGroupSpec: {
          rayStartParams: { 'num-cpus': '0', 'dashboard-host': '0.0.0.0' },
          template: { spec: pod('ray-head', image, '2Gi') },
        },
        workerGroupSpecs: [
          {
            groupName: 'workers',
            replicas: 1,
            minReplicas: 1,
            maxReplicas: 1,
            rayStartParams: {},
            template: { spec: pod('ray-worker', image, '2Gi') },
          },
        ],
      },
    },
  };
}

function pod(name: string, image: string, memory: string, command?: string[]): V1PodSpec {
  return {
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name,
        image,
        command,
        securityContext: restricted,
        resources: { limits: { cpu: '1', memory }, requests: { cpu: '100m', memory: '128Mi' } },
      },
    ],
  };
}
