import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestApi } from '../../api.fixture.ts';

const mlflowRun = 'a'.repeat(32);

/** Answers as MLflow's REST API does, with what the spec wants. */
let answers: Record<string, unknown>;
let asked: URL[];
let mlflow: Server;
let api: TestApi;

beforeAll(async () => {
  mlflow = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://mlflow');
    asked.push(url);
    const answer = answers[url.pathname.replace('/api/2.0/mlflow/', '')];
    response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => mlflow.listen(0, '127.0.0.1', resolve));
  api = await TestApi.start({ GRIFFIN_MLFLOW_URL: `http://127.0.0.1:${(mlflow.address() as AddressInfo).port}` });
  await api.defineTraining();
});
afterAll(async () => {
  await api.stop();
  mlflow.closeAllConnections();
  mlflow.close();
});
beforeEach(() => {
  answers = {};
  asked = [];
});

async function trained(): Promise<string> {
  const { id, spec } = await api.submit();
  await api.asRuntime(spec, 'start', { boot_id: uuid() });
  const links = { mlflow: `http://127.0.0.1:5000/#/experiments/1/runs/${mlflowRun}` };
  await api.asRuntime(spec, 'progress', { links });
  return id;
}
const read = (id: string, query = '') => api.call('get', `/api/workflows/${id}/metrics${query}`);
const logged = (key: string, value: unknown, step: number) => ({ key, value, step, timestamp: 1_767_225_600_000 });

it('gives the history of a metric in pages', async () => {
  const id = await trained();
  answers['metrics/get-history'] = {
    metrics: [logged('loss', 0.5, 0), logged('loss', 0.4, 1)],
    next_page_token: 'more',
  };
  const first = await read(id, '?key=loss&limit=2').expect(200);
  const timestamp = '2026-01-01T00:00:00.000Z';
  expect(first.body.items).toEqual([
    { key: 'loss', value: 0.5, step: 0, timestamp },
    { key: 'loss', value: 0.4, step: 1, timestamp },
  ]);
  answers['metrics/get-history'] = { metrics: [logged('loss', 'NaN', 2)] };
  const next = await read(id, `?key=loss&limit=2&cursor=${first.body.next_cursor}`).expect(200);
  expect(next.body).toEqual({ items: [{ key: 'loss', value: null, step: 2, timestamp }], next_cursor: null });
  expect(Object.fromEntries(asked.at(-1)!.searchParams)).toEqual({
    run_id: mlflowRun,
    metric_key: 'loss',
    max_results: '2',
    page_token: 'more',
  });
});

it('gives the last value of each metric', async () => {
  const id = await trained();
  answers['runs/get'] = { run: { data: { metrics: [logged('loss', 0.4, 1), logged('auc', 0.7, 1)] } } };
  const { body } = await read(id).expect(200);
  expect(body.items.map(({ key, value }: { key: string; value: number }) => [key, value])).toEqual([
    ['loss', 0.4],
    ['auc', 0.7],
  ]);
});

it('is empty as long as the attempt has no MLflow run, and asks nobody', async () => {
  const { id } = await api.submit();
  await read(id, '?key=loss').expect(200, { items: [], next_cursor: null });
  expect(asked).toEqual([]);
});

it.each([
  ['?attempt=9', 404, 'attempt_unknown'],
  ['?cursor=garbage', 400, 'cursor_invalid'],
  ['?key=loss&cursor=garbage', 400, 'cursor_invalid'],
])('%s: %i', async (query, status, code) => {
  const { id } = await api.submit();
  const answer = await read(id, query);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it.each([
  ['answers with an error', undefined],
  ['answers with no JSON', '<html>'],
  ['answers with something else', { nothing: true }],
])('is 503, to be tried again, when MLflow %s', async (_how, answer) => {
  const id = await trained();
  answers['runs/get'] = answer;
  const { status, headers, body } = await read(id);
  expect([status, body.code, body.retryable, headers['retry-after']]).toEqual([503, 'mlflow_unavailable', true, '5']);
});

it('is 503 when MLflow is away', async () => {
  const alone = await TestApi.start({ GRIFFIN_MLFLOW_URL: 'http://127.0.0.1:9' });
  try {
    await alone.defineTraining();
    const { id, spec } = await alone.submit();
    await alone.asRuntime(spec, 'progress', { links: { mlflow: `http://127.0.0.1:9/#/runs/${mlflowRun}` } });
    const answer = await alone.call('get', `/api/workflows/${id}/metrics`);
    expect([answer.status, answer.body.code]).toEqual([503, 'mlflow_unavailable']);
  } finally {
    await alone.stop();
  }
});
