import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig, type V1Node } from '@kubernetes/client-node';
import { eventually } from '../../libs/testing/src/index.ts';
import { kwokBinary } from './binaries.ts';
import { inBox } from './box/box.ts';
import { taken } from './cache.ts';
import { inside } from './network-plan.ts';
import type { Places } from './places.ts';

const annotation = 'kwok.x-k8s.io/node';
/** Nodes have the one or the other by turns: `gpu_type` has something to tell apart. */
const gpuTypes = ['NVIDIA-A100-SXM4-80GB', 'NVIDIA-L4'] as const;
type GpuType = (typeof gpuTypes)[number];
const health = '127.0.0.1:10247';

/** What a definition says whose runs shall be on nodes that only seem to run them. */
export const onFakeNodes = {
  node_selector: { type: 'kwok' },
  tolerations: [{ key: annotation, operator: 'Exists' }],
};

/**
 * Adds nodes that only say what real ones would, whose pods are "running" with nothing in them. They are tainted, so that
 * only what tolerates `kwok.x-k8s.io/node` goes there. They and their controller go with the cluster.
 */
export async function addFakeNodes(places: Places, count: number): Promise<void> {
  await startKwok(places);
  const config = new KubeConfig();
  config.loadFromFile(places.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const present = new Set((await api.listNode()).items.map(({ metadata }) => metadata?.name));
  const gpuType = (index: number) => gpuTypes[index % gpuTypes.length]!;
  for (const body of Array.from({ length: count }, (_, index) => fakeNode(`fake-${index}`, gpuType(index)))) {
    if (!present.has(body.metadata?.name)) await api.createNode({ body });
  }
}

async function startKwok(places: Places): Promise<void> {
  if (await answers(places)) return;
  const folder = await taken(await kwokBinary(), places.throwaway);
  const flags = {
    kubeconfig: places.kubeconfig,
    config: join(folder, 'stages.yaml'),
    'manage-nodes-with-annotation-selector': `${annotation}=fake`,
    cidr: inside.fakePods,
    'server-address': health,
  };
  const command = [join(folder, 'kwok'), ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
  const [program = '', ...parameters] = inBox(places, command);
  const log = openSync(join(places.logs, 'kwok.log'), 'a', 0o600);
  const child = spawn(program, parameters, { detached: true, stdio: ['ignore', log, log] });
  await once(child, 'spawn');
  child.unref();
  await eventually(
    async () => {
      if (!(await answers(places))) throw new Error(`kwok does not answer. See ${places.logs}/kwok.log`);
    },
    { timeoutMs: 30_000, intervalMs: 200 },
  );
}

/** Asked within the box, where it listens. */
async function answers(places: Places): Promise<boolean> {
  const script = `fetch('http://${health}/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;
  const [program = '', ...parameters] = inBox(places, [process.execPath, '-e', script]);
  const [code] = (await once(spawn(program, parameters, { stdio: 'ignore' }), 'exit')) as [number | null];
  return code === 0;
}

/** A node that KWOK's controller takes for one of its own. */
export function fakeNode(name: string, gpuType: GpuType, memory = '256Gi'): V1Node {
  const resources = { cpu: '64', memory, pods: '1000', 'nvidia.com/gpu': '8', 'ephemeral-storage': '1Ti' };
  return {
    metadata: {
      name,
      annotations: { [annotation]: 'fake' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        type: 'kwok',
        'nvidia.com/gpu.product': gpuType,
      },
    },
    spec: { taints: [{ key: annotation, value: 'fake', effect: 'NoSchedule' }] },
    status: { allocatable: resources, capacity: resources },
  };
}
