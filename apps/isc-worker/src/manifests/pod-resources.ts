import type { Resources } from '@griffin/contracts';
import type { V1ResourceRequirements } from '@kubernetes/client-node';
import type { ClusterSettings } from './cluster-settings.ts';

/** What one pod gets. */
export type PodResources = Pick<Resources, 'cpu' | 'gpu' | 'gpu_type' | 'memory_gib' | 'ssd_gib'>;

/** The extended resource of NVIDIA's device plugin. */
const gpuResource = 'nvidia.com/gpu';

/** For Ray's own processes and its object store, beside what a run asks for. */
const rayOverheadGib = 1;

/** Of a head: Ray's control plane and the run's driver, which gets as much memory as a worker. */
export function headResources({ memory_gib, ssd_gib }: Resources): PodResources {
  return { cpu: 0.5, gpu: 0, gpu_type: null, memory_gib: memory_gib + 2 * rayOverheadGib, ssd_gib };
}

export function workerResources({ cpu, gpu, gpu_type, memory_gib, ssd_gib }: Resources): PodResources {
  return { cpu, gpu, gpu_type, memory_gib: memory_gib + rayOverheadGib, ssd_gib };
}

/** Memory is set aside as a whole: what others could take of it would end the run, where CPU only makes it slower. */
export function resourcesOf(
  { cpu, gpu, memory_gib, ssd_gib }: PodResources,
  { cpuRequestRatio, ssd }: ClusterSettings,
): V1ResourceRequirements {
  const fixed = {
    memory: `${atLeastOne(memory_gib * 1024)}Mi`,
    ...(gpu > 0 && { [gpuResource]: String(gpu) }),
    ...(ssd_gib > 0 && ssd.from === 'node' && { 'ephemeral-storage': `${ssd_gib}Gi` }),
  };
  return { requests: { cpu: millis(cpu * cpuRequestRatio), ...fixed }, limits: { cpu: millis(cpu), ...fixed } };
}

const millis = (cpu: number) => `${atLeastOne(cpu * 1000)}m`;

/** A limit of nothing is none to the kubelet. */
const atLeastOne = (amount: number) => Math.max(1, Math.round(amount));

/** What Ray may give away of a worker's pod. Whole CPUs only, which Ray counts at its start: no fewer than a worker asks for. */
export function rayResources({ cpu, gpu, memory_gib }: Resources): Record<string, string> {
  return {
    'num-cpus': String(Math.ceil(cpu)),
    'num-gpus': String(gpu),
    memory: String(Math.round(memory_gib * 1024 ** 3)),
  };
}
