import { dirname } from 'node:path';
import { CoreV1Api, KubeConfig, type V1Node } from '@kubernetes/client-node';
import { addFakeNodes } from '../../../dev/cluster/fake-nodes.ts';
import { placesIn } from '../../../dev/cluster/places.ts';
import { type ClusterState, clusterStateFile } from '../../../libs/testing/src/index.ts';

const gpuTypeLabel = 'nvidia.com/gpu.product';

/** One of two that fake nodes have. */
export const gpuType = 'NVIDIA-L4';
export const gpuTypeOf = ({ metadata }: V1Node) => metadata?.labels?.[gpuTypeLabel];

/** Sees to it that the cluster of `make cluster` has so many of them. False on another cluster that has none. */
export async function haveFakeNodes({ kubeconfig }: ClusterState, count: number): Promise<boolean> {
  const places = placesIn(dirname(dirname(clusterStateFile())));
  if (kubeconfig === places.kubeconfig) {
    await addFakeNodes(places, count);
    return true;
  }
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config
    .makeApiClient(CoreV1Api)
    .listNode({ labelSelector: `type=kwok,${gpuTypeLabel}=${gpuType}` });
  return items.length > 0;
}
