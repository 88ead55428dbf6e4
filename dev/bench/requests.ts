import { ref, type Architecture, type Definition } from '../demo/wire.ts';
import type { BenchPlatform } from './platform.ts';
import { seedInputs } from './seed/inputs.ts';

/** Registers a definition as most are: trained on Ray, with an architecture and a dataset. Returns the body that submits a run of it. */
export async function trainingSubmission(platform: BenchPlatform): Promise<{ definition: string; tags: string[] }> {
  const { api, admin, projectId } = platform;
  const { dataset } = await seedInputs(admin, projectId);
  const architecture = await api.post<Architecture>('/api/training/models/', {
    name: 'bench-trees',
    framework: 'xgboost',
    defaults: { max_depth: 6, learning_rate: 0.1 },
  });
  const definition = await api.post<Definition>('/api/workflow-definitions', {
    name: 'bench-train',
    stage: 'prototype',
    kind: 'train',
    runtime: 'xgboost',
    architecture: ref(architecture),
    inputs: { dataset },
    outputs: { model: { name: 'bench-model' } },
    config: { num_boost_round: 40 },
  });
  return { definition: ref(definition), tags: ['bench'] };
}

/** The body that submits a run which needs no Ray: its attempt is one process. */
export async function scoringSubmission({ api, admin, projectId }: BenchPlatform): Promise<{ definition: string }> {
  const definition = await api.post<Definition>('/api/workflow-definitions', {
    name: 'bench-score',
    stage: 'prototype',
    kind: 'batch-infer',
    runtime: 'xgboost-scoring',
    inputs: await seedInputs(admin, projectId),
  });
  return { definition: ref(definition) };
}
