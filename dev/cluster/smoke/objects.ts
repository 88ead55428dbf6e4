import type { V1Job } from '@kubernetes/client-node';

/** A Job of one pod that runs `command` once, as Pod Security's strictest level asks. */
export function job(name: string, image: string, command: string[]): V1Job {
  const container = {
    name: 'main',
    image,
    command,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: { limits: { cpu: '1', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  };
  const pod = { containers: [container], restartPolicy: 'Never', terminationGracePeriodSeconds: 5 };
  return { metadata: { name }, spec: { backoffLimit: 0, template: { spec: pod } } };
}
