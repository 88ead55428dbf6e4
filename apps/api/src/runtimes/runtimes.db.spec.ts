import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const list = (query: string) => api.call('get', `/api/runtimes${query}`);
const names = ({ body }: { body: { items: { name: string }[] } }) => body.items.map(({ name }) => name);

it('are listed by name, in pages as everything is', async () => {
  const first = await list('?limit=2').expect(200);
  const next = await list(`?limit=2&cursor=${first.body.next_cursor}`).expect(200);
  expect([names(first), names(next)]).toEqual([
    ['container', 'dataset-generation'],
    ['xgboost', 'xgboost-scoring'],
  ]);
  expect(next.body.next_cursor).toBeNull();
});

it.each([
  ['?cursor=garbage', 'cursor_invalid'],
  ['?limit=0', 'parameter_invalid'],
  ['?colour=red', 'parameter_invalid'],
])('%s is refused', async (query, code) => {
  const answer = await list(query);
  expect([answer.status, answer.body.code]).toEqual([400, code]);
});
