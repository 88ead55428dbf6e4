import type { V1Ingress, V1OwnerReference } from '@kubernetes/client-node';
import type { Attempt, AttemptRef } from '../backend/attempt.ts';
import { attemptMetadata } from './attempt-metadata.ts';
import type { ClusterSettings, IngressTemplate } from './cluster-settings.ts';
import { attemptName, headServiceOf } from './names.ts';

export const dashboardPort = 8265;

/** A host of its own: on a path the dashboard would have to be rewritten, which each controller does in another way. */
export function dashboardIngress(
  attempt: Attempt,
  settings: ClusterSettings,
  template: IngressTemplate,
  owner: V1OwnerReference,
): V1Ingress {
  const { className, annotations, scheme, tlsSecret } = template;
  const host = hostOf(template, attempt);
  const service = { name: headServiceOf(attempt), port: { number: dashboardPort } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...attemptMetadata(attempt, settings), annotations, ownerReferences: [owner] },
    spec: {
      ...(className !== null && { ingressClassName: className }),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
      ...(scheme === 'https' && { tls: [{ hosts: [host], ...(tlsSecret !== null && { secretName: tlsSecret }) }] }),
    },
  };
}

export function ingressUrl(template: IngressTemplate, attempt: AttemptRef): string {
  return `${template.scheme}://${hostOf(template, attempt)}/`;
}

function hostOf({ host }: IngressTemplate, attempt: AttemptRef): string {
  return host.replaceAll('{attempt}', attemptName(attempt));
}
