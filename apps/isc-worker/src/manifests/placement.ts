import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1PodSpec } from '@kubernetes/client-node';
import type { ClusterSettings } from './cluster-settings.ts';
import type { PodResources } from './pod-resources.ts';

/** On which nodes a pod may run, and before whom. */
export function placementOf(
  { placement }: ResolvedRunSpec,
  { gpu, gpu_type }: PodResources,
  settings: ClusterSettings,
): Pick<V1PodSpec, 'nodeSelector' | 'tolerations' | 'priorityClassName'> {
  const nodeSelector = { ...placement?.node_selector, ...(gpu_type !== null && { [settings.gpuTypeLabel]: gpu_type }) };
  const tolerations = [...(placement?.tolerations ?? []), ...(gpu > 0 ? [gpuToleration] : [])];
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(placement?.priority_class !== undefined && { priorityClassName: placement.priority_class }),
  };
}

/** Nodes with GPUs are commonly kept for those who need them. */
const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
