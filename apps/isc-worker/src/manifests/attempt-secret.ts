import type { V1OwnerReference, V1Secret } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { attemptLabels, attemptName, namespaceOf } from './names.ts';

/** The environment of the attempt's processes, with its run token. It ends with what owns it. */
export function attemptSecret(
  attempt: Attempt,
  settings: ClusterSettings,
  environment: Record<string, string>,
  owner: V1OwnerReference,
): V1Secret {
  const { spec } = attempt;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: attemptName(attempt),
      namespace: namespaceOf(settings.installation, spec),
      labels: attemptLabels(settings.installation, spec, attempt.attempt),
      ownerReferences: [owner],
    },
    immutable: true,
    stringData: environment,
  };
}
