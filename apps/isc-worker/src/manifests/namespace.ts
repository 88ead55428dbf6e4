import type { ResolvedRunSpec } from '@griffin/contracts';
import type { KubernetesObject, V1LimitRange, V1Namespace, V1ResourceQuota } from '@kubernetes/client-node';
import type { ClusterSettings } from './cluster-settings.ts';
import {
  definitionAnnotation,
  definitionLabels,
  definitionVersionAnnotation,
  namespaceOf,
  podSecurityLabel,
  sharedName,
} from './names.ts';
import { networkPolicy } from './network-policy.ts';
import { roleBindings, serviceAccount } from './service-account.ts';

/** All that the runs of a definition share, the namespace first. */
export function definitionObjects(spec: ResolvedRunSpec, settings: ClusterSettings): KubernetesObject[] {
  const { installation } = settings;
  const name = namespaceOf(installation, spec);
  return [
    namespaceItself(name, installation, spec),
    serviceAccount(name, installation, spec),
    ...roleBindings(name, installation, spec),
    networkPolicy(name, spec, settings),
    ...resourceQuota(name, installation, spec),
    ...limitRange(name, installation, spec),
  ];
}

function namespaceItself(name: string, installation: string, spec: ResolvedRunSpec): V1Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { ...definitionLabels(installation, spec), [podSecurityLabel]: 'restricted' },
      annotations: {
        [definitionAnnotation]: spec.definition.name,
        [definitionVersionAnnotation]: String(spec.definition.version),
      },
    },
  };
}

function resourceQuota(namespace: string, installation: string, spec: ResolvedRunSpec): V1ResourceQuota[] {
  const hard = spec.quota?.hard;
  if (!hard) return [];
  const metadata = { name: sharedName, namespace, labels: definitionLabels(installation, spec) };
  return [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } }];
}

function limitRange(namespace: string, installation: string, spec: ResolvedRunSpec): V1LimitRange[] {
  const max = spec.quota?.container_max;
  if (!max) return [];
  const metadata = { name: sharedName, namespace, labels: definitionLabels(installation, spec) };
  const limit = { type: 'Container', max, ...defaultsUnder(max) };
  return [{ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: [limit] } }];
}

/**
 * Kubernetes sets aside for a container all that it may have of what it asks nothing of, were it not told otherwise: the
 * head of a Ray would hold GPUs, and any pod a whole disk. CPU and memory every container of ours asks for.
 */
function defaultsUnder(max: Record<string, string>) {
  const devices = Object.keys(max).filter((name) => name.includes('/') || name.startsWith('hugepages-'));
  return {
    ...(devices.length > 0 && { _default: Object.fromEntries(devices.map((name) => [name, '0'])) }),
    ...('ephemeral-storage' in max && { defaultRequest: { 'ephemeral-storage': '0' } }),
  };
}
