import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GriffinClient } from '../../dev/demo/client.ts';
import type { DatasetVersion, Run } from '../../dev/demo/wire.ts';
import { installationSecrets } from '../../dev/stack/secrets.ts';
import { repository } from '../../dev/stack/state-folder.ts';
import type { Stack } from '../../dev/stack/start-stack.ts';
import type * as Platform from '../../libs/platform/src/index.ts';

/** What is there before the fuzzing begins: values that it mixes with its own, so that it gets further than 404. */
export interface Seed {
  /** By the name of a dictionary in schemathesis.toml. */
  dictionaries: Record<string, (string | number)[]>;
  activeRun: string;
  /** Of its attempt. */
  runToken: string;
}

interface SpecifiedRun extends Run {
  spec: { artifact_root: string; project_id: string };
}

// The platform's library is written for the compiler, so a script gets it as it was built.
const { signRunToken } = (await import(join(repository, 'dist/libs/platform/src/index.js'))) as typeof Platform;

/** What generators seldom come upon by themselves. */
const troublesome = {
  strings: [
    '\0',
    '%',
    '%00',
    '%ff',
    '..',
    '../../etc/passwd',
    "'; --",
    '1e999',
    '__proto__',
    '\u{10ffff}',
    'x'.repeat(5000),
  ],
  integers: [-1, 0, 2 ** 31, 2 ** 53, 999_999_999, 1_000_000_000],
};

const view = {
  name: 'weather',
  source: { uri: 'file:///weather.parquet', format: 'parquet' },
  entity_keys: ['origin'],
  event_time: 'observed_at',
  features: [{ name: 'temp', type: 'double' }],
};
const spine = { uri: 'file:///spine.parquet', entity_keys: ['origin'], event_time: 'at', label: 'late' };
const dataset = {
  name: 'flights',
  spine,
  features: [{ view: 'weather' }],
  splits: { train: { until: '2013-11-01T00:00:00Z' } },
};
const definition = {
  name: 'train',
  stage: 'prototype',
  kind: 'train',
  runtime: 'xgboost',
  architecture: 'trees',
  inputs: { dataset: 'flights' },
  outputs: { model: { name: 'delays' } },
};

const file = (path: string) => ({ path, size: 5, sha256: 'a'.repeat(64) });

const datasetAt = (uri: string) => ({
  type: 'dataset',
  uri,
  files: [file('train.parquet')],
  schema: [{ name: 'late', type: 'BIGINT' }],
  row_count: 2,
  statistics: {},
  splits: { train: { uri: `${uri}/train.parquet`, row_count: 2 } },
  label: 'late',
  feature_columns: ['temp'],
  fingerprint: 'f'.repeat(64),
  source_fingerprints: {},
});

const modelAt = (uri: string) => ({
  type: 'model',
  uri,
  files: [file('model.ubj')],
  framework: 'xgboost',
  signature: { inputs: [], outputs: [] },
});

/** One of everything, by the API alone: no worker is there, so the runtime's part in a run is played here. */
export async function seed(stack: Stack): Promise<Seed> {
  const api = new GriffinClient(stack.apiUrl, stack.token);
  await api.post('/api/features', view);
  await api.post('/api/training/models', { name: 'trees', framework: 'xgboost', defaults: { max_depth: 6 } });
  const flights = await api.post<DatasetVersion>('/api/training/dataset', dataset);
  await succeed(stack, await api.get<SpecifiedRun>(`/api/workflows/${flights.run_id}`), datasetAt);
  const generating = await api.post<DatasetVersion>('/api/training/dataset', dataset);
  const { id: usedId } = await api.post<{ id: string }>('/api/workflow-definitions', definition);
  const unused = { ...definition, name: 'unused' };
  const { id: unusedId } = await api.post<{ id: string }>('/api/workflow-definitions', unused);
  const { id: tokenId } = await api.post<{ id: string }>('/api/projects/tokens', { name: 'laptop' });
  const finished = await succeed(stack, await submit(api), modelAt);
  for (const alias of ['champion', 'old'])
    await api.put(`/api/registry/models/delays/aliases/${alias}`, { version: 1 });
  const active = await submit(api);
  const node = (type: string, id: string) => `${type}:${id}`;
  const modelVersion = finished.model_version?.id ?? '';
  return {
    dictionaries: {
      names: ['weather', 'trees', 'flights', 'train', 'delays'],
      definitions: ['train', 'train@1'],
      architectures: ['trees', 'trees@1'],
      datasets: ['flights@1'],
      models: ['delays', 'delays@1', 'delays@champion'],
      views: ['weather', 'weather@1'],
      features: ['temp'],
      keys: ['origin'],
      times: ['at'],
      labels: ['late'],
      versions: [1, 2],
      selectors: ['1', 'champion'],
      aliases: ['champion'],
      removable: ['old'],
      deletable: ['unused', 'train'],
      definitionIds: [usedId, unusedId],
      artifacts: ['model.ubj'],
      runs: [finished.id, active.id, generating.run_id],
      attempts: [1],
      tokens: [tokenId],
      runtimes: ['xgboost'],
      nodes: [node('run', finished.id), node('model-version', modelVersion), node('dataset', flights.id)],
      moments: [new Date().toISOString()],
      ...troublesome,
    },
    activeRun: active.id,
    runToken: await tokenOf(stack, active, 24 * 3600),
  };
}

const submit = (api: GriffinClient) =>
  api.post<SpecifiedRun>('/api/workflows', { definition: 'train', inputs: { dataset: 'flights@1' } });

/** As the runtime does: claims the attempt, leaves a file, reports an output. */
async function succeed(stack: Stack, run: SpecifiedRun, outputAt: (uri: string) => object): Promise<Run> {
  const runtime = new GriffinClient(stack.apiUrl, await tokenOf(stack, run, 60));
  const attempt = `/api/workflows/${run.id}/attempts/1`;
  const bootId = randomUUID();
  await runtime.post(`${attempt}/start`, { boot_id: bootId });
  const output = outputAt(`${run.spec.artifact_root}/attempts/1/output`) as { uri: string; files: { path: string }[] };
  await mkdir(fileURLToPath(output.uri), { recursive: true });
  for (const { path } of output.files) await writeFile(fileURLToPath(`${output.uri}/${path}`), 'bytes');
  const now = new Date().toISOString();
  await runtime.post(`${attempt}/report`, {
    schema_version: 1,
    run_id: run.id,
    attempt: 1,
    boot_id: bootId,
    outcome: 'succeeded',
    reason: null,
    started_at: now,
    finished_at: now,
    metrics: { test_auc: 0.7 },
    links: {},
    outputs: [output],
    log_tail: null,
  });
  return new GriffinClient(stack.apiUrl, stack.token).get<Run>(`/api/workflows/${run.id}`);
}

function tokenOf({ state }: Stack, { id, spec }: SpecifiedRun, expiresInSeconds: number): Promise<string> {
  const { privateKey } = installationSecrets(state.keys).runToken;
  return signRunToken(privateKey, { runId: id, attempt: 1, projectId: spec.project_id, expiresInSeconds });
}
