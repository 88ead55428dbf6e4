import type { TestProject } from 'vitest/node';
import { type ClusterState, findCluster } from './cluster/cluster-state.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Shared with whoever else uses it: tests take namespaces of their own. Without a kubeconfig where there is none. */
    cluster: ClusterState;
  }
}

const none: ClusterState = { kubeconfig: '', hostAddress: '', runtimeImage: '' };

/** Starts nothing: a cluster takes longer to start than its tests. What cannot be tested is skipped, but in CI that is a failure. */
export default function setup(project: TestProject): void {
  const cluster = findCluster() ?? none;
  const missing = missingOf(cluster);
  if (missing !== null && process.env['CI'] === 'true') throw new Error(missing);
  if (missing !== null) console.warn(`Tests on Kubernetes are skipped. ${missing}`);
  project.provide('cluster', cluster);
}

/** Why tests would be skipped; null where none would. */
function missingOf({ kubeconfig, hostAddress }: ClusterState): string | null {
  if (kubeconfig === '') {
    return 'There is no cluster: run `make cluster`, or name one that has KubeRay with GRIFFIN_KUBECONFIG.';
  }
  if (hostAddress === '') {
    return 'No pod could call the platform: set GRIFFIN_CLUSTER_HOST_ADDRESS to where pods reach this machine.';
  }
  return null;
}
