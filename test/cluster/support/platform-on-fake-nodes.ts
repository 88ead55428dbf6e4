import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GriffinClient } from '../../../dev/demo/client.ts';
import { type Definition, ref, type Run } from '../../../dev/demo/wire.ts';
import { startStack, type Stack } from '../../../dev/stack/start-stack.ts';
import type { ClusterState } from '../../../libs/testing/src/index.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { makeDefinitionNeeds } from './definition-needs.ts';
import { onFakeNodes } from '../../../dev/cluster/fake-nodes.ts';
import { gpuType } from './fake-nodes.ts';
import { noSuchImage } from './platform-on-cluster.ts';

/** What a run is made as. */
export type Shape = 'RayJob' | 'Job';

/** A platform whose runs do nothing, on nodes that only seem to run them, and whose worker can be killed at its points. */
export interface PlatformOnFakeNodes {
  stack: Stack;
  api: GriffinClient;
  objects: ClusterObjects;
  /** Of the armed points: see `libs/faults`. */
  faultDir: string;
  /**
   * A definition that has everything a definition can have in a namespace of its own, or with `name` its next version,
   * which has nothing. Where its pods may be, and before whom, both say.
   */
  define(shape: Shape, name?: string): Promise<Definition>;
  submit(definition: Definition): Promise<Run>;
  end(): Promise<void>;
}

const inContainer = { workers: 0, cpu: 1, gpu: 1, gpu_type: gpuType, memory_gib: 1, ssd_gib: 0 };

export async function startOnFakeNodes(
  cluster: ClusterState,
  workerEnv: Record<string, string> = {},
): Promise<PlatformOnFakeNodes> {
  const stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
  const faultDir = join(stateDir, 'faults');
  const catalogue = join(stateDir, 'idle-runtimes.json');
  await mkdir(faultDir);
  await writeFile(catalogue, JSON.stringify(idleRuntimes(cluster.runtimeImage)));
  const envOf = {
    api: { GRIFFIN_RUNTIMES_CATALOGUE: catalogue },
    'isc-worker': {
      GRIFFIN_FAULT_DIR: faultDir,
      GRIFFIN_KUBERNETES_INGRESS_HOST: '{attempt}.ray.example.org',
      ...workerEnv,
    },
  };
  const stack = await startStack({ stateDir, cluster, envOf, mlflow: false });
  const stop = async () => {
    await stack.stop();
    await rm(stateDir, { recursive: true });
  };
  const needs = await makeDefinitionNeeds(cluster).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const api = new GriffinClient(stack.apiUrl, stack.token);
  return {
    stack,
    api,
    objects: new ClusterObjects(cluster.kubeconfig),
    faultDir,
    define: (shape, name) =>
      api.post('/api/workflow-definitions', {
        name: name ?? `idle-${randomBytes(4).toString('hex')}`,
        stage: 'prototype',
        kind: 'custom',
        runtime: shape,
        placement: { ...onFakeNodes, priority_class: needs.priorityClass },
        ...(name === undefined && needs.says),
      }),
    submit: (definition) =>
      api.post('/api/workflows', { definition: ref(definition) }, { 'idempotency-key': randomUUID() }),
    end: async () => {
      await stop();
      await needs.remove();
    },
  };
}

/** One for each shape, called as it, and a Job whose image nobody has. Nothing of them ever runs. */
function idleRuntimes(image: string) {
  const rest = { version: '1', kinds: ['custom'], packages: {}, config_schema: {}, default_config: {} };
  const shapes = (['RayJob', 'Job'] satisfies Shape[]).map((name) => ({
    ...rest,
    name,
    image,
    needs_ray: name === 'RayJob',
    default_resources: name === 'RayJob' ? { ...inContainer, workers: 1 } : inContainer,
  }));
  const small = { workers: 0, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 0.25, ssd_gib: 0 };
  return [
    ...shapes,
    { ...rest, name: noSuchImage.runtime, image: noSuchImage.image, needs_ray: false, default_resources: small },
  ];
}
