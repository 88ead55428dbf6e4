import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1ConfigMap, V1EnvFromSource, V1ObjectMeta, V1Secret } from '@kubernetes/client-node';
import { withoutPlatforms } from '../backend/platform-variables.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { definitionLabels, environmentSecretName, namespaceOf, usedAnnotation } from './names.ts';

/** What the attempts of a definition's version share of their environment, by the names of its objects. */
export interface SharedEnvironment {
  configMap: string;
  /** Null where the version has no secrets. */
  secret: string | null;
}

/** Whether a version of a definition says anything that its attempts share. */
export function sharesEnvironment({ definition, secrets = [] }: ResolvedRunSpec): boolean {
  return Object.keys(definition.env ?? {}).length > 0 || secrets.length > 0;
}

/** The definition's own variables. It owns the secret beside it, which ends with it. `usedAt`: when somebody took it. */
export function environmentConfigMap(
  name: string,
  spec: ResolvedRunSpec,
  settings: ClusterSettings,
  usedAt: Date,
): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...metadataOf(name, spec, settings),
      annotations: { [usedAnnotation]: usedAt.toISOString() },
    },
    immutable: true,
    data: withoutPlatforms(spec.definition.env ?? {}),
  };
}

/** The values of the version's secrets, in base64 by variable. */
export function environmentSecret(
  owner: V1ConfigMap,
  spec: ResolvedRunSpec,
  settings: ClusterSettings,
  data: Record<string, string>,
): V1Secret {
  const { name = '', uid = '' } = owner.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadataOf(environmentSecretName({ name, uid }), spec, settings),
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: false }],
    },
    immutable: true,
    data: withoutPlatforms(data),
  };
}

/** For the containers of the work: what comes later wins. */
export function envFrom(shared: SharedEnvironment | null): V1EnvFromSource[] {
  if (!shared) return [];
  return [
    { configMapRef: { name: shared.configMap } },
    ...(shared.secret === null ? [] : [{ secretRef: { name: shared.secret } }]),
  ];
}

/** An attempt's environment without what it shares. */
export function notShared(
  environment: Record<string, string>,
  { definition }: ResolvedRunSpec,
): Record<string, string> {
  const shared = new Map(Object.entries(withoutPlatforms(definition.env ?? {})));
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => shared.get(name) !== value));
}

function metadataOf(name: string, spec: ResolvedRunSpec, { installation }: ClusterSettings): V1ObjectMeta {
  return { name, namespace: namespaceOf(installation, spec), labels: definitionLabels(installation, spec) };
}
