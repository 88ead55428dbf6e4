import type { FinalReport, ResolvedRunSpec } from '@griffin/contracts';

export const runId = '0193a000-0000-7000-8000-000000000001';
export const projectId = '0193a000-0000-7000-8000-000000000002';
export const artifactRoot = `file:///artifacts/projects/${projectId}/runs/${runId}`;

/** A training run's spec, complete. */
export function aSpec({
  maxAttempts = 3,
  overrides = {},
}: { maxAttempts?: number; overrides?: Partial<ResolvedRunSpec> } = {}): ResolvedRunSpec {
  return {
    run_id: runId,
    project_id: projectId,
    name: 'delays',
    kind: 'train',
    definition: { id: '0193a000-0000-7000-8000-000000000003', name: 'delays', version: 1, stage: 'prototype' },
    runtime: { name: 'xgboost', version: '1', image: 'griffin/xgboost:1', needs_ray: true },
    architecture: null,
    inputs: [],
    outputs: { model: { name: 'delays' } },
    config: {},
    resources: { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 1 },
    env: {},
    code: null,
    seed: 0,
    limits: { max_attempts: maxAttempts, run_timeout_seconds: 60 },
    artifact_root: artifactRoot,
    digest: 'd'.repeat(64),
    ...overrides,
  };
}

/** The uuid of the n-th process that may claim an attempt. */
export const aBootId = (n: number): string => `0193a000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`;

/** A report as the runtime posts it. Succeeds with one model unless told otherwise. */
export function aReport(overrides: Partial<FinalReport> = {}): FinalReport {
  return {
    schema_version: 1,
    run_id: runId,
    attempt: 1,
    boot_id: aBootId(1),
    outcome: 'succeeded',
    reason: null,
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:01:00.000Z',
    metrics: { roc_auc: 0.7 },
    links: {},
    outputs: [aModelOutput()],
    log_tail: null,
    ...overrides,
  };
}

/** A report of failure, with the tail of the log. */
export function aFailure(code: string, overrides: Partial<FinalReport> = {}): FinalReport {
  return aReport({
    outcome: 'failed',
    reason: { code, message: `It was ${code}.` },
    outputs: [],
    metrics: {},
    log_tail: 'the end of the log',
    ...overrides,
  });
}

export function aModelOutput(uri = `${artifactRoot}/attempts/1/model`): FinalReport['outputs'][number] {
  return {
    type: 'model',
    uri,
    files: [{ path: 'model.ubj', size: 1, sha256: 'a'.repeat(64) }],
    framework: 'xgboost',
    signature: { inputs: [], outputs: [] },
  };
}
