import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { repository } from './state-folder.ts';

const manifests = join(repository, 'deploy/kubernetes/isc-worker-access.yaml');
/** What the worker is to a cluster. */
export const workerAccount = { name: 'isc-worker', namespace: 'griffin-system' };
/** Where the secrets are that definitions may refer to. */
export const secretsNamespace = 'griffin-secrets';
const tokenSeconds = 24 * 3600;

/**
 * Gives the worker what it may do in the cluster, with the rights of `kubeconfig`, and writes to `folder` a kubeconfig of
 * the worker's own, which has no others.
 */
export async function grantWorkerAccess(kubeconfig: string, folder: string): Promise<string> {
  const admin = new KubeConfig();
  admin.loadFromFile(kubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(admin);
  for (const object of loadAllYaml(await readFile(manifests, 'utf8')) as KubernetesObject[]) {
    await objects.patch(object, undefined, undefined, 'griffin', true, PatchStrategy.ServerSideApply);
  }
  const file = join(folder, 'isc-worker.kubeconfig');
  await writeFile(file, workerConfig(admin, await tokenFor(admin)), { mode: 0o600 });
  return file;
}

async function tokenFor(admin: KubeConfig): Promise<string> {
  const { name, namespace } = workerAccount;
  const body = { spec: { audiences: [], expirationSeconds: tokenSeconds } };
  const { status } = await admin
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({ name, namespace, body });
  if (!status?.token) throw new Error(`Kubernetes gave no token for ${namespace}/${name}`);
  return status.token;
}

function workerConfig(admin: KubeConfig, token: string): string {
  const cluster = admin.getCurrentCluster();
  if (!cluster) throw new Error('The kubeconfig has no current cluster');
  const worker = new KubeConfig();
  worker.loadFromClusterAndUser(cluster, { name: workerAccount.name, token });
  return worker.exportConfig();
}
