import { randomUUID } from 'node:crypto';
import type { ResolvedRunSpec } from '@griffin/contracts';
import type { Attempt } from './attempt.ts';

/** A training run's resolved spec, as api sends it. */
export function aRunSpec(changed: Partial<ResolvedRunSpec> = {}): ResolvedRunSpec {
  const runId = changed.run_id ?? randomUUID();
  return {
    run_id: runId,
    project_id: randomUUID(),
    name: 'flights-delay',
    kind: 'train',
    definition: { id: randomUUID(), name: 'train-flights', version: 1, stage: 'prototype' },
    runtime: { name: 'xgboost', version: '1', image: 'griffin/xgboost:1', needs_ray: false },
    architecture: null,
    inputs: [],
    outputs: { model: { name: 'flights-delay' } },
    config: {},
    resources: { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 0 },
    env: {},
    code: null,
    seed: 7,
    limits: { max_attempts: 2, run_timeout_seconds: 600 },
    artifact_root: `file:///tmp/griffin-spec/runs/${runId}`,
    digest: 'a'.repeat(64),
    ...changed,
  };
}

/** The first attempt of a run, never seen yet. */
export function anAttempt(spec: ResolvedRunSpec = aRunSpec(), attempt = 1): Attempt {
  return { runId: spec.run_id, attempt, projectId: spec.project_id, spec, handle: null };
}

export function needingRay(spec: ResolvedRunSpec): ResolvedRunSpec {
  return { ...spec, runtime: { ...spec.runtime, needs_ray: true } };
}
