import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { eventually } from '../../libs/testing/src/index.ts';

/** Custom resources before their namespace: KubeRay may not write to one that is going, and would never let go of them. */
const kinds = [
  ['ray.io/v1', 'RayJob'],
  ['ray.io/v1', 'RayCluster'],
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
  ['v1', 'Namespace'],
] as const;

const patience = { timeoutMs: 120_000, intervalMs: 500 };

/** Removes everything of an installation from a cluster, and resolves when it is gone. */
export async function endOnCluster(kubeconfig: string, installation: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const selector = `app.kubernetes.io/managed-by=griffin,griffin.dev/installation=${installation}`;
  for (const [apiVersion, kind] of kinds) {
    await eventually(async () => {
      const none = undefined;
      const { items } = await objects.list(apiVersion, kind, none, none, none, none, none, selector);
      for (const { metadata } of items) {
        if (metadata?.deletionTimestamp) continue;
        const object = { apiVersion, kind, metadata };
        await objects.delete(object, none, none, none, none, 'Background').catch(ignoreMissing);
      }
      if (items.length > 0) throw new Error(`${items.length} of ${kind} are there still`);
    }, patience);
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: number }).code !== 404) throw error;
}
