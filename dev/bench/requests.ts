import { ref, type Architecture, type Definition } from '../demo/wire.ts';
import type { BenchPlatform } from './platform.ts';

/** Registers a definition as most are: trained on Ray, with an architecture. Returns the body that submits a run of it. */
export async function trainingSubmission({ api }: BenchPlatform): Promise<{ definition: string; tags: string[] }> {
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
    outputs: { model: { name: 'bench-model' } },
    config: { num_boost_round: 40 },
  });
  return { definition: ref(definition), tags: ['bench'] };
}

/** The body that submits a run which needs no Ray: its attempt is one process. */
export async function scoringSubmission({ api }: BenchPlatform): Promise<{ definition: string }> {
  const definition = await api.post<Definition>('/api/workflow-definitions', {
    name: 'bench-score',
    stage: 'prototype',
    kind: 'batch-infer',
    runtime: 'xgboost-scoring',
  });
  return { definition: ref(definition) };
}
