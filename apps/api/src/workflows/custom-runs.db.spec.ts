import type { ResolvedRunSpec } from '@griffin/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { aFinish, aProgress, hear } from './worker-says.fixture.ts';

let api: TestApi;
const container = { image: 'registry.example/team/clean:1', command: ['clean', '--all'], args: ['$HOME', '; ls'] };
const cleaning = { name: 'clean', stage: 'prototype', kind: 'custom', runtime: 'container', container };
const define = (body: object) => api.call('post', '/api/workflow-definitions').send({ ...cleaning, ...body });
const submit = (more: object = {}) => api.submit({ definition: 'clean', ...more });
const stateOf = async (id: string) => (await api.call('get', `/api/workflows/${id}`).expect(200)).body;

beforeAll(async () => {
  api = await TestApi.start();
  await define({}).expect(201);
});
afterAll(() => api.stop());

it('is of the image that its definition names, with its command as it was given', async () => {
  const definition = await api.call('get', '/api/workflow-definitions/clean').expect(200);
  expect(definition.body).toMatchObject({ container });
  const { spec } = await submit({ config: { anything: [1] } });
  expect(spec.runtime).toEqual({ name: 'container', version: '1', needs_ray: false, ...container });
  expect(spec).toMatchObject({ resources: { workers: 0 }, config: { anything: [1] } });
});

it('is another work with another image or another command', async () => {
  const digests = new Set<string>();
  for (const changed of [{}, { image: 'registry.example/team/clean:2' }, { command: ['clean'] }, { args: [] }]) {
    await define({ name: 'changing', container: { ...container, ...changed } }).expect(201);
    digests.add((await submit({ definition: 'changing' })).spec.digest);
  }
  expect(digests.size).toBe(4);
});

it('cannot have workers, nor another runtime that has an image', async () => {
  const refused = async (more: object) => {
    const { status, body } = await api.call('post', '/api/workflows').send({ definition: 'clean', ...more });
    return [status, body.errors?.[0]?.pointer];
  };
  expect(await refused({ resources: { workers: 1 } })).toEqual([422, '/resources/workers']);
  expect(await refused({ runtime: 'xgboost' })).toEqual([422, '/runtime']);
});

it('runs by what the worker sees, and succeeds by its exit code', async () => {
  const { id, spec } = await submit();
  await hear(api, aProgress(spec, { phase: 'running' }));
  expect(await stateOf(id)).toMatchObject({ state: 'RUNNING', started_at: expect.any(String) });
  await hear(api, aFinish(spec, { exit: 'succeeded', exit_code: 0, log_tail: null }));
  expect(await stateOf(id)).toMatchObject({ state: 'SUCCEEDED', reason: null });
  expect(await api.published(id)).toEqual(['workflow.requested', 'run.completed']);
});

it('fails by its exit code, with the end of its log', async () => {
  const { id, spec } = await submit();
  const reason = { code: 'runtime_error', message: 'It exited with code 3.' };
  await hear(api, aFinish(spec, { exit_code: 3, reason, log_tail: 'no such table' }));
  expect(await stateOf(id)).toMatchObject({ state: 'FAILED', reason, log_tail: 'no such table', retryable: false });
});

it('that claims its attempt is bound to its report', async () => {
  const { id, spec } = await submit();
  const started = await api.asRuntime(spec, 'start', { boot_id: bootId });
  expect((started.body as { spec: ResolvedRunSpec }).spec.run_id).toBe(id);
  await hear(api, aFinish(spec, { exit: 'succeeded', exit_code: 0, log_tail: null }));
  expect(await stateOf(id)).toMatchObject({ state: 'FAILED', reason: { code: 'report_missing' } });
});

const bootId = '0193a000-0000-7000-8000-000000000111';
