import type { V1OwnerReference, V1Secret } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptMetadata } from './attempt-metadata.ts';
import type { ClusterSettings } from './cluster-settings.ts';

/** The environment of the attempt's processes, with its run token. It ends with what owns it. */
export function attemptSecret(
  attempt: Attempt,
  settings: ClusterSettings,
  environment: Record<string, string>,
  owner: V1OwnerReference,
): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...attemptMetadata(attempt, settings), ownerReferences: [owner] },
    immutable: true,
    stringData: environment,
  };
}
