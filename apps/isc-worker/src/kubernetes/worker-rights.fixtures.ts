import { readFile } from 'node:fs/promises';
import {
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubernetesObject,
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
