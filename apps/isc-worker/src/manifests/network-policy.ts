import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1NetworkPolicy } from '@kubernetes/client-node';
import type { ClusterSettings } from './cluster-settings.ts';
import { dashboardPort } from './dashboard-ingress.ts';
import { callsDashboardsLabel, definitionLabels, sharedName } from './names.ts';

/**
 * Runs reach each other, DNS and the platform's services, and nobody else reaches them, but the dashboard: KubeRay, whose
 * way to submit and follow is its job API, and what leads browsers there. From where these call differs from cluster to
 * cluster.
 */
export function networkPolicy(namespace: string, spec: ResolvedRunSpec, settings: ClusterSettings): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: sharedName, namespace, labels: definitionLabels(settings.installation, spec) },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { _from: [{ podSelector: {} }] },
        { _from: [{ namespaceSelector: callers }], ports: [tcp(dashboardPort)] },
      ],
      egress: [
        { to: [{ podSelector: {} }] },
        { ports: [{ port: 53, protocol: 'UDP' }, tcp(53)] },
        ...(settings.egress.length > 0 ? [{ to: settings.egress.map((cidr) => ({ ipBlock: { cidr } })) }] : []),
      ],
    },
  };
}

/** A namespace that the cluster's engineers mark as one whose pods may call dashboards. */
const callers = { matchLabels: { [callsDashboardsLabel]: 'true' } };

const tcp = (port: number) => ({ port, protocol: 'TCP' });
