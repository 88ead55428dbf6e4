import type { ClusterState } from './cluster-state.ts';

export interface TestCluster extends ClusterState {
  /** False where there is no cluster: `describe.runIf(cluster.available)`. The run has printed why. */
  available: boolean;
}

/** The cluster that this vitest run uses. Only in specs of a project that has `cluster.global-setup.ts`. */
export async function testCluster(): Promise<TestCluster> {
  const { inject } = await import('vitest');
  const cluster = inject('cluster');
  return { ...cluster, available: cluster.kubeconfig !== '' };
}
