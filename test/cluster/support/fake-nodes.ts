import { dirname } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { addFakeNodes } from '../../../dev/cluster/fake-nodes.ts';
import { placesIn } from '../../../dev/cluster/places.ts';
import { type ClusterState, clusterStateFile } from '../../../libs/testing/src/index.ts';

const taint = 'kwok.x-k8s.io/node';

/** What a definition says whose runs shall be on nodes that only seem to run them. */
export const onFakeNodes = {
  node_selector: { type: 'kwok' },
  tolerations: [{ key: taint, operator: 'Exists' }],
};

/** Sees to it that the cluster of `make cluster` has so many of them. False on another cluster that has none. */
export async function haveFakeNodes({ kubeconfig }: ClusterState, count: number): Promise<boolean> {
  const places = placesIn(dirname(dirname(clusterStateFile())));
  if (kubeconfig === places.kubeconfig) {
    await addFakeNodes(places, count);
    return true;
  }
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode({ labelSelector: 'type=kwok' });
  return items.length > 0;
}
