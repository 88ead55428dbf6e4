import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GriffinClient } from '../../../dev/demo/client.ts';
import { writeCatalogue } from '../../../dev/stack/catalogue.ts';
import { startStack } from '../../../dev/stack/start-stack.ts';
import type { ClusterState } from '../../../libs/testing/src/index.ts';

/** A platform for what is around runs: its runs ask for more than any node has, so they wait and cost nothing. */
export interface IdlePlatform {
  api: GriffinClient;
  end(): Promise<void>;
}

/** What definitions of such runs say. `idle` runs are Jobs, and `idle-ray` runs RayJobs. */
export const idle = {
  stage: 'prototype',
  kind: 'custom',
  runtime: 'idle',
  resources: { workers: 0, memory_gib: 4000 },
};
export const idleRay = { ...idle, runtime: 'idle-ray', resources: { workers: 1, memory_gib: 4000 } };

export async function startIdlePlatform(cluster: ClusterState): Promise<IdlePlatform> {
  const stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
  const folder = join(stateDir, 'idle');
  await mkdir(folder);
  const catalogue = writeCatalogue(folder, cluster.runtimeImage);
  await addIdleRuntimes(catalogue);
  const envOf = { api: { GRIFFIN_RUNTIMES_CATALOGUE: catalogue } };
  const stack = await startStack({
    envOf,
    cluster,
    stateDir,
    mlflow: false,
    onProgress: (line) => console.log(`   ${line}`),
  });
  const end = async () => {
    await stack.stop();
    await rm(stateDir, { recursive: true });
  };
  return { api: new GriffinClient(stack.apiUrl, stack.token), end };
}

async function addIdleRuntimes(catalogue: string): Promise<void> {
  const runtimes = JSON.parse(await readFile(catalogue, 'utf8')) as { name: string }[];
  const like = (name: string, idleName: string) => {
    const runtime = runtimes.find((one) => one.name === name);
    return { ...runtime, name: idleName, kinds: ['custom'], config_schema: {}, default_config: {} };
  };
  const both = [like('dataset-generation', 'idle'), like('xgboost', 'idle-ray')];
  await writeFile(catalogue, JSON.stringify([...runtimes, ...both]));
}
