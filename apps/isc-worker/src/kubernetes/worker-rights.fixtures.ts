import { readFile } from 'node:fs/promises';
import {
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubernetesObject,
  type V1Role,
  type V1RoleBinding,
} from '@kubernetes/client-node';

const manifests = new URL('../../../../deploy/kubernetes/isc-worker-access.yaml', import.meta.url);
const account = 'system:serviceaccount:griffin-system:isc-worker';

/** As the user of `kubeconfig`, who may do everything. */
export function administrator(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

/** The same cluster with the rights that the worker has, which it is given here, and no others. */
export async function worker(kubeconfig: string): Promise<KubeConfig> {
  const config = administrator(kubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const object of loadAllYaml(await readFile(manifests, 'utf8')) as KubernetesObject[]) {
    await objects.patch(object, undefined, undefined, 'griffin', true, PatchStrategy.ServerSideApply);
  }
  const [cluster, user] = [config.getCurrentCluster()!, config.getCurrentUser()!];
  const impersonating = new KubeConfig();
  impersonating.loadFromClusterAndUser(cluster, { ...user, impersonateUser: account });
  return impersonating;
}

/** What lets the worker read secrets in a namespace, as it may in that of an installation. */
export function readsSecretsIn(namespace: string): [V1Role, V1RoleBinding] {
  const metadata = { name: 'isc-worker', namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  const header = { apiVersion: `${apiGroup}/v1`, metadata };
  return [
    { ...header, kind: 'Role', rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
    {
      ...header,
      kind: 'RoleBinding',
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup, kind: 'User', name: account }],
    },
  ];
}
