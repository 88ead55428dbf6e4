import type { TestProject } from 'vitest/node';
import { type ClusterState, findCluster } from './cluster/cluster-state.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Shared with whoever else uses it: tests take namespaces of their own. Without a kubeconfig where there is none. */
    cluster: ClusterState;
  }
}

const missing = 'There is no cluster: run `make cluster`, or name one that has KubeRay with GRIFFIN_KUBECONFIG.';

/** Starts nothing: a cluster takes longer to start than its tests. Without one they are skipped, but in CI that is a failure. */
export default function setup(project: TestProject): void {
  const cluster = findCluster();
  if (!cluster && process.env['CI'] === 'true') throw new Error(missing);
  if (!cluster) console.warn(`The tests on Kubernetes are skipped. ${missing}`);
  project.provide('cluster', cluster ?? { kubeconfig: '', hostAddress: '', runtimeImage: '' });
}
