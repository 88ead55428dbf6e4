import type { EventOf, EventType, ResolvedRunSpec } from '@griffin/contracts';
import { v7 as uuid } from 'uuid';
import type { LineageEvent } from './domain/derive.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const file = { path: 'model.json', size: 3, sha256: 'a'.repeat(64) };

/** The aggregates of one journey from features to a registered model, and the events that tell of it. */
export class Journey {
  readonly projectId = uuid();
  readonly runId = uuid();
  readonly generationRunId = uuid();
  readonly view = { id: uuid(), name: 'weather', version: 1, features: ['wind_speed'] };
  readonly dataset = { id: uuid(), name: 'late-flights', version: 1 };
  readonly architecture = { id: uuid(), name: 'delay-classifier', version: 1, framework: 'xgboost' };
  readonly definition = { id: uuid(), name: 'train-delays', version: 2, stage: 'prototype' as const };
  readonly model = { id: uuid(), name: 'delays', version: 3 };
  readonly modelId = uuid();
  readonly modelUri = `file:///artifacts/runs/${this.runId}/model`;
  readonly datasetUri = `file:///artifacts/runs/${this.generationRunId}/dataset`;

  /** Attempt `attempt` was asked for; each further one is the run's next revision. */
  requested(attempt = 1): EventOf<'workflow.requested'> {
    const data = { run_id: this.runId, attempt, spec: this.#spec(), requested_at: at(10 + attempt) };
    return this.#event('workflow.requested', this.runId, attempt, data);
  }

  completed(state: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED'): EventOf<'run.completed'> {
    const succeeded = state === 'SUCCEEDED';
    return this.#event('run.completed', this.runId, 9, {
      run_id: this.runId,
      name: 'nightly',
      kind: 'train',
      state,
      reason: succeeded ? null : { code: 'column_missing', message: 'There is no column wind.' },
      retryable: false,
      attempts: 1,
      spec: this.#spec(),
      outputs: succeeded ? [this.#modelOutput()] : [],
      model_version: succeeded ? this.model : null,
      dataset_version: null,
      metrics: { auc: 0.71 },
      links: { mlflow: 'http://mlflow/runs/1' },
      created_at: at(10),
      started_at: at(12),
      finished_at: at(20),
    });
  }

  materialized(): EventOf<'dataset.materialized'> {
    return this.#event('dataset.materialized', this.dataset.id, 1, {
      ...this.dataset,
      run_id: this.generationRunId,
      features: [this.view],
      output: {
        type: 'dataset',
        uri: this.datasetUri,
        files: [file],
        schema: [{ name: 'late', type: 'int32' }],
        row_count: 336776,
        statistics: {},
        splits: {},
        label: 'late',
        feature_columns: ['wind_speed'],
        fingerprint: 'f'.repeat(64),
        source_fingerprints: {},
      },
      materialized_at: at(5),
    });
  }

  registered(): EventOf<'model.registered'> {
    return this.#event('model.registered', this.model.id, 1, {
      ...this.model,
      run_id: this.runId,
      dataset_version_id: this.dataset.id,
      architecture_id: this.architecture.id,
      metrics: { auc: 0.71 },
      output: this.#modelOutput(),
      registered_at: at(20),
    });
  }

  /** The alias now points to the journey's model version, or to nothing. */
  aliased(alias: string, revision: number, points = true): EventOf<'model.alias-moved'> {
    return this.#event('model.alias-moved', this.modelId, revision, {
      model_id: this.modelId,
      name: this.model.name,
      alias,
      from_version: points ? null : this.model.version,
      to_version: points ? this.model.version : null,
      model_version_id: points ? this.model.id : null,
      moved_at: at(20 + revision),
    });
  }

  deleted(): EventOf<'definition.deleted'> {
    const { id, name } = this.definition;
    return this.#event('definition.deleted', id, 1, { id, name, deleted_at: at(25) });
  }

  /** Everything that happened, in the order that it happened. */
  events(): LineageEvent[] {
    return [
      this.materialized(),
      this.requested(1),
      this.requested(2),
      this.registered(),
      this.completed(),
      this.aliased('champion', 1),
      this.aliased('challenger', 2),
      this.aliased('champion', 3, false),
      this.deleted(),
    ];
  }

  #modelOutput() {
    const signature = { inputs: [], outputs: [] };
    return { type: 'model' as const, uri: this.modelUri, files: [file], framework: 'xgboost', signature };
  }

  #spec(): ResolvedRunSpec {
    const input = { type: 'dataset' as const, ...this.dataset, uri: this.datasetUri, fingerprint: 'f'.repeat(64) };
    return {
      run_id: this.runId,
      project_id: this.projectId,
      name: 'nightly',
      kind: 'train',
      definition: this.definition,
      runtime: { name: 'xgboost', version: '1', image: 'griffin/xgboost:1', needs_ray: true },
      architecture: this.architecture,
      inputs: [{ ...input, splits: {}, label: 'late', feature_columns: ['wind_speed'], features: [this.view] }],
      outputs: { model: { name: this.model.name } },
      config: {},
      resources: { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 0 },
      env: {},
      code: null,
      seed: 7,
      limits: { max_attempts: 2, run_timeout_seconds: 600 },
      artifact_root: 'file:///artifacts',
      digest: 'd'.repeat(64),
    };
  }

  #event<T extends EventType>(type: T, subject: string, revision: number, data: EventOf<T>['data']): EventOf<T> {
    return {
      specversion: '1.0',
      id: uuid(),
      source: '/griffin/local/api',
      type,
      subject,
      time: at(30 + revision),
      datacontenttype: 'application/json',
      projectid: this.projectId,
      revision,
      causedby: 'a test',
      data,
    } as EventOf<T>;
  }
}
