import { Database } from '@griffin/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { ModelStoreService } from './model-store.service.ts';

let api: TestApi;
const architectures = '/api/training/models';
const body = { framework: 'xgboost', defaults: { depth: 3, eta: 0.1 } };

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const create = (name: string, more: object = {}, token?: string) =>
  api.call('post', `${architectures}/`, token).send({ name, ...body, ...more });

describe('a model architecture', () => {
  it('gets its next version by whatever is new, and none by what the newest says already', async () => {
    const first = await create('trees').expect(201);
    expect(first.headers['location']).toBe(`${architectures}/trees/versions/1`);
    const again = await create('trees', { defaults: { eta: 0.1, depth: 3 }, tags: [], code: null }).expect(200);
    expect(again.body).toEqual(first.body);
    const second = await create('trees', { defaults: { depth: 4 } }).expect(201);
    expect(second.body.version).toBe(2);
    const back = await create('trees').expect(201);
    expect(back.body.version).toBe(3);
  });

  it('is answered by name as its newest version, and by number as it was', async () => {
    await create('nets').expect(201);
    await create('nets', { description: 'deeper' }).expect(201);
    const newest = await api.call('get', `${architectures}/nets/`).expect(200);
    expect(newest.body).toMatchObject({ version: 2, description: 'deeper', code: null, hyperparameter_schema: {} });
    const first = await api.call('get', `${architectures}/nets/versions/1`).expect(200);
    expect(first.body).toMatchObject({ version: 1, description: '', defaults: body.defaults });
  });

  it.each(['nobody', 'trees/versions/99'])('%s is unknown', async (path) => {
    const { body: problem } = await api.call('get', `${architectures}/${path}`).expect(404);
    expect(problem).toMatchObject({ code: 'architecture_unknown', retryable: false });
  });

  it('numbers its versions without gap or twin, also when many are created at once', async () => {
    const frameworks = Array.from({ length: 8 }, (_, index) => `framework-${index}`);
    const answers = await Promise.all(frameworks.map((framework) => create('rush', { framework })));
    const numbers = answers.map((answer) => answer.body.version as number).toSorted((one, other) => one - other);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is created once, when the same is sent many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('twin')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  });

  it('belongs to its project alone, which counts for itself', async () => {
    await create('shared', { framework: 'ours' }).expect(201);
    const stranger = await api.anotherProject();
    await api.call('get', `${architectures}/shared`, stranger).expect(404);
    const theirs = await create('shared', { framework: 'theirs' }, stranger).expect(201);
    expect(theirs.body.version).toBe(1);
    const ours = await api.call('get', `${architectures}/shared`).expect(200);
    expect(ours.body.framework).toBe('ours');
  });
});

it('the list has the newest version of each, page by page', async () => {
  const reader = await api.anotherProject();
  for (const name of ['c', 'a', 'b']) await create(name, {}, reader).expect(201);
  await create('b', { description: 'newer' }, reader).expect(201);
  const page = async (query: string) => {
    const { body: answer } = await api.call('get', `${architectures}/?limit=2${query}`, reader).expect(200);
    const items = answer.items.map((item: { name: string; version: number }) => `${item.name}@${item.version}`);
    return { items, next: answer.next_cursor as string | null };
  };
  const first = await page('');
  expect(first.items).toEqual(['a@1', 'b@2']);
  expect(await page(`&cursor=${first.next}`)).toEqual({ items: ['c@1'], next: null });
});

describe('defaults', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['depth'],
    properties: {
      depth: { type: 'integer', minimum: 1 },
      'l1/l2': { type: 'number' },
      sampling: { properties: { rows: { type: 'number', maximum: 1 } } },
    },
  };

  it('may leave to the run what the schema requires', async () => {
    const { body: created } = await create('partial', { hyperparameter_schema: schema, defaults: {} }).expect(201);
    expect(created).toMatchObject({ hyperparameter_schema: schema, defaults: {} });
  });

  it('against the schema are refused, each with where it is wrong', async () => {
    const before = await api.rows();
    const defaults = { depth: 0, 'l1/l2': 'x', sampling: { rows: 2 } };
    const { body: problem } = await create('wrong', { hyperparameter_schema: schema, defaults }).expect(422);
    const faults = problem.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code]);
    expect(faults).toEqual([
      ['/defaults/depth', 'minimum'],
      ['/defaults/l1~1l2', 'type'],
      ['/defaults/sampling/rows', 'maximum'],
    ]);
    expect(await api.rows()).toEqual(before);
  });
});

it('a run gets the version that its reference names, and never one by an alias', async () => {
  await create('resolved').expect(201);
  await create('resolved', { code: 'git@abc', defaults: { depth: 9 } }).expect(201);
  const [project] = (await api.database.query(`SELECT id FROM project WHERE name = 'default'`)).rows;
  const database = api.app.get(Database, { strict: false });
  const resolve = (version: number | null, alias: string | null = null) => {
    const reference = { name: 'resolved', version, alias };
    return api.app.get(ModelStoreService, { strict: false }).resolve(database.manager, project.id, reference);
  };
  expect(await resolve(1)).toMatchObject({ version: 1, framework: 'xgboost', code: null, defaults: body.defaults });
  expect(await resolve(null)).toMatchObject({ version: 2, code: 'git@abc', defaults: { depth: 9 } });
  await expect(resolve(null, 'champion')).rejects.toMatchObject({ code: 'architecture_unknown' });
});
