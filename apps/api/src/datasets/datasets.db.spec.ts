import type { DatasetOutput, FinalReport, ResolvedRunSpec } from '@griffin/contracts';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { successOf, TestApi } from '../api.fixture.ts';

let api: TestApi;

const view = {
  name: 'weather',
  source: { uri: 'file:///weather.parquet', format: 'parquet' },
  entity_keys: ['origin'],
  event_time: 'observed_at',
  available_at: 'available_at',
  max_age_seconds: 3600,
  features: [
    { name: 'temp', type: 'double' },
    { name: 'wind', type: 'double' },
  ],
};
const request = {
  name: 'flights',
  spine: {
    uri: 'file:///spine.parquet',
    entity_keys: ['airport'],
    event_time: 'at',
    label: 'late',
    columns: ['distance'],
  },
  features: [{ view: 'weather@1', features: ['temp'], prefix: 'w_', entity_mapping: { airport: 'origin' } }],
  splits: { train: { until: '2013-11-01T04:00:00+04:00' }, test: { from: '2013-11-01T00:00:00Z' } },
};

beforeAll(async () => {
  api = await TestApi.start();
  await api.call('post', '/api/features').send(view).expect(201);
});
afterAll(() => api.stop());

async function generate() {
  const { body: pending } = await api.call('post', '/api/training/dataset/').send(request).expect(202);
  const { body: run } = await api.call('get', `/api/workflows/${pending.run_id}`).expect(200);
  const bootId = uuid();
  await api.asRuntime(run.spec, 'start', { boot_id: bootId });
  return { pending, spec: run.spec as ResolvedRunSpec, bootId };
}

function reportOf(spec: ResolvedRunSpec, bootId: string): FinalReport {
  const uri = `${spec.artifact_root}/attempts/1/dataset`;
  const output: DatasetOutput = {
    type: 'dataset',
    uri,
    files: [{ path: 'train.parquet', size: 1, sha256: 'a'.repeat(64) }],
    schema: [{ name: 'late', type: 'BOOLEAN' }],
    row_count: 2,
    statistics: { late: { nulls: 0 } },
    splits: { train: { uri: `${uri}/train.parquet`, row_count: 2 } },
    label: 'late',
    feature_columns: ['distance', 'w_temp'],
    fingerprint: 'f'.repeat(64),
    source_fingerprints: { spine: 's' },
  };
  return { ...successOf(spec, bootId), metrics: {}, outputs: [output] };
}

describe('generating a dataset', () => {
  it('submits a run that has everything resolved', async () => {
    const answer = await api.call('post', '/api/training/dataset/').send(request).expect(202);
    const { name, version } = answer.body;
    expect(answer.headers['location']).toBe(`/api/training/dataset/${name}/versions/${version}`);
    expect(answer.body).toMatchObject({ state: 'PENDING', uri: null, fingerprint: null });
    const { body: run } = await api.call('get', `/api/workflows/${answer.body.run_id}`).expect(200);
    expect(run).toMatchObject({ kind: 'generate-dataset', spec: { resources: { workers: 0 } } });
    for (const part of ['authorization', 'placement', 'quota']) expect(run.spec).not.toHaveProperty(part);
    expect(run.spec.config).toMatchObject({
      spine: request.spine,
      views: [
        {
          name: 'weather',
          version: 1,
          uri: 'file:///weather.parquet',
          entity_keys: ['origin'],
          spine_keys: ['airport'],
          available_at: 'available_at',
          max_age_seconds: 3600,
          tie_break: null,
          features: [{ name: 'w_temp', column: 'temp' }],
        },
      ],
      splits: { train: { from: null, until: '2013-11-01T00:00:00.000Z' } },
      dataset: { name, version },
    });
  });

  it('makes the version READY by the report, and lets runs use it from then on', async () => {
    const { pending, spec, bootId } = await generate();
    const reference = `${pending.name}@${pending.version}`;
    await api.defineTraining();
    const early = await api
      .call('post', '/api/workflows')
      .send({ definition: 'train', inputs: { dataset: reference } });
    expect([early.status, early.body.code, early.body.retryable]).toEqual([409, 'dataset_not_ready', true]);
    expect(early.headers['retry-after']).toBe('5');
    const waiting = api
      .call('get', `/api/training/dataset/${pending.name}/versions/${pending.version}?wait=20`)
      .then((answer) => answer.body);
    expect((await api.asRuntime(spec, 'report', reportOf(spec, bootId))).status).toBe(200);
    expect(await waiting).toMatchObject({ state: 'READY', row_count: 2, fingerprint: 'f'.repeat(64) });
    expect(await api.published(pending.id)).toEqual(['dataset.materialized']);
    const run = await api.submit({ inputs: { dataset: reference } });
    expect(run.spec.inputs).toMatchObject([
      { type: 'dataset', id: pending.id, feature_columns: ['distance', 'w_temp'] },
    ]);
  });

  it('lets definitions name it before it is READY', async () => {
    const { pending } = await generate();
    const definition = { name: 'early', stage: 'prototype', kind: 'train', runtime: 'xgboost' };
    for (const dataset of [pending.name, `${pending.name}@${pending.version}`]) {
      const given = { ...definition, inputs: { dataset } };
      await api.call('post', '/api/workflow-definitions').send(given).expect(201);
    }
  });

  it('that fails makes the version FAILED, with the reason', async () => {
    const { pending, spec, bootId } = await generate();
    const reason = { code: 'column_missing', message: 'There is no column temp.' };
    const report = { ...reportOf(spec, bootId), outcome: 'failed', reason, outputs: [], log_tail: 'x' };
    expect((await api.asRuntime(spec, 'report', report)).status).toBe(200);
    const path = `/api/training/dataset/${pending.name}/versions/${pending.version}`;
    expect((await api.call('get', path)).body).toMatchObject({ state: 'FAILED', reason, uri: null });
  });

  it('takes null for left out', async () => {
    const bare = { view: 'weather@1', features: null, prefix: null, entity_mapping: { airport: 'origin' } };
    const given = { ...request, spine: { ...request.spine, columns: null }, features: [bare], description: null };
    const { body: pending } = await api.call('post', '/api/training/dataset/').send(given).expect(202);
    const { body: run } = await api.call('get', `/api/workflows/${pending.run_id}`).expect(200);
    expect(pending).toMatchObject({ description: '', features: [{ features: ['temp', 'wind'] }] });
    expect(run.spec.config.spine.columns).toEqual([]);
  });

  it('refuses a label that is among the features, and stores nothing', async () => {
    const before = await api.rows();
    const given = { ...request, spine: { ...request.spine, columns: ['Late'] } };
    const { body: problem } = await api.call('post', '/api/training/dataset/').send(given).expect(422);
    expect(problem.errors).toMatchObject([{ pointer: '/spine/label', code: 'column_ambiguous' }]);
    expect(await api.rows()).toEqual(before);
  });

  it('refuses a cursor of its versions that no page gave', async () => {
    const cursor = Buffer.from('{"version":3000000000}').toString('base64url');
    const answer = await api.call('get', `/api/training/dataset/flights/versions?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'cursor_invalid']);
  });

  it('numbers versions without gap or twin, also when many are asked for at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('post', '/api/training/dataset').send({ ...request, name: 'rush' })),
    );
    const numbers = answers.map(({ body }) => body.version as number).toSorted((one, other) => one - other);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('the stores', () => {
  it('answer what the newest version says already with that version', async () => {
    const same = await api.call('post', '/api/features').send(view).expect(200);
    expect(same.body.version).toBe(1);
    const next = await api
      .call('post', '/api/features')
      .send({ ...view, description: 'hourly' })
      .expect(201);
    expect(next.body.version).toBe(2);
    expect((await api.call('get', '/api/features/weather/versions/1')).body.description).toBe('');
  });

  it('find views by name, description, tag and feature, wildcards taken as they are', async () => {
    await api.call('post', '/api/features').send({ ...view, name: 'tides', tags: ['sea'], description: '100% moon' });
    const found = async (query: string) =>
      (await api.call('get', `/api/features?${query}`)).body.items.map(({ name }: { name: string }) => name);
    expect(await found('q=TIDE')).toEqual(['tides']);
    expect(await found('q=wind')).toEqual(['tides', 'weather']);
    expect(await found('q=100%25')).toEqual(['tides']);
    expect(await found('q=_')).toEqual([]);
    expect(await found('tag=sea')).toEqual(['tides']);
    expect(await found('limit=1')).toEqual(['tides']);
  });
});
