import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is known of the cluster that tests run against. */
export interface ClusterState {
  /** The file that gives its user every right in the cluster. */
  kubeconfig: string;
  /** Where the cluster's pods reach what listens on this machine; empty where that is not known. */
  hostAddress: string;
  /** The image of the standard runtimes, as the cluster's nodes can get it. */
  runtimeImage: string;
}

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** The state file that `make cluster` writes, and removes when the cluster ends. */
export function clusterStateFile(env: NodeJS.ProcessEnv = process.env): string {
  return join(resolve(env['GRIFFIN_STATE_DIR'] ?? join(repository, '.griffin')), 'cluster', 'cluster.json');
}

/** The cluster that GRIFFIN_KUBECONFIG names, or the one of `make cluster`; undefined, where there is neither. */
export function findCluster(env: NodeJS.ProcessEnv = process.env): ClusterState | undefined {
  const kubeconfig = env['GRIFFIN_KUBECONFIG'];
  if (kubeconfig !== undefined && kubeconfig !== '') {
    const runtimeImage = env['GRIFFIN_RUNTIME_IMAGE'] ?? '';
    if (runtimeImage === '')
      throw new Error('GRIFFIN_KUBECONFIG is set: set GRIFFIN_RUNTIME_IMAGE to an image that its nodes can pull.');
    return { kubeconfig: resolve(kubeconfig), hostAddress: env['GRIFFIN_CLUSTER_HOST_ADDRESS'] ?? '', runtimeImage };
  }
  try {
    return JSON.parse(readFileSync(clusterStateFile(env), 'utf8')) as ClusterState;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
