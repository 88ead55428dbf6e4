import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.addDataset();
});
afterAll(() => api.stop());

const path = '/api/workflow-definitions';
const training = {
  stage: 'prototype',
  kind: 'train',
  runtime: 'xgboost',
  config: { max_depth: 3, learning_rate: 0.2 },
};
const define = (body: object) => api.call('post', path).send({ ...training, ...body });

describe('a workflow definition', () => {
  it('has versions: the same again is the same version, in whatever order it is written', async () => {
    const first = await define({ name: 'delays' }).expect(201);
    expect(first.headers['location']).toBe(`${path}/delays/versions/1`);
    const { config, ...rest } = training;
    const same = { ...rest, name: 'delays', config: { learning_rate: 0.2, max_depth: 3 } };
    const again = await api.call('post', path).send(same).expect(200);
    expect(again.body).toEqual(first.body);
    const next = await define({ name: 'delays', config: { ...config, max_depth: 4 } }).expect(201);
    expect(next.body).toMatchObject({ id: first.body.id, version: 2, config: { max_depth: 4 } });
    const back = await define({ name: 'delays' }).expect(201);
    expect(back.body.version).toBe(3);
  });

  it('keeps what a version said', async () => {
    await define({ name: 'kept', env: { A: '1' } }).expect(201);
    await define({ name: 'kept', env: { A: '2' } }).expect(201);
    const { body: first } = await api.call('get', `${path}/kept/versions/1`).expect(200);
    expect(first).toMatchObject({ version: 1, env: { A: '1' }, created_by: 'token:bootstrap' });
    expect((await api.call('get', `${path}/kept`)).body).toMatchObject({ version: 2, env: { A: '2' } });
    const page = await api.call('get', `${path}/kept/versions?limit=1`).expect(200);
    expect(page.body.items.map(({ version }: { version: number }) => version)).toEqual([2]);
    const rest = await api.call('get', `${path}/kept/versions?limit=1&cursor=${page.body.next_cursor}`).expect(200);
    expect(rest.body).toMatchObject({ items: [{ version: 1 }], next_cursor: null });
  });

  it('that many create at once has numbers without gaps and twins', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, seed) => define({ name: 'rush', config: { max_depth: seed + 1 } })),
    );
    const versions = new Set(answers.map(({ body }) => body.version));
    expect(versions).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('is listed by name, in pages', async () => {
    const stranger = await api.anotherProject();
    for (const name of ['c', 'a', 'b']) {
      await api
        .call('post', path, stranger)
        .send({ ...training, name })
        .expect(201);
    }
    const first = await api.call('get', `${path}?limit=2`, stranger).expect(200);
    const next = await api.call('get', `${path}?limit=2&cursor=${first.body.next_cursor}`, stranger).expect(200);
    const names = [...first.body.items, ...next.body.items].map(({ name }: { name: string }) => name);
    expect([names, next.body.next_cursor]).toEqual([['a', 'b', 'c'], null]);
  });

  it.each([
    ['a name of the platform', { name: 'griffin-generate-dataset' }, 422, '/name'],
    ['a name that is no DNS label', { name: 'Delays_2' }, 422, '/name'],
    ['a setting that the runtime lacks', { config: { depth: 3 } }, 422, '/config/depth'],
    ['null for a setting of its own', { limits: { max_attempts: null } }, 422, '/limits/max_attempts'],
    ['too many attempts', { limits: { max_attempts: 11 } }, 422, '/limits/max_attempts'],
    ['a role that is none', { authorization: { roles: ['a b'] } }, 422, '/authorization/roles'],
    ['an unknown architecture', { architecture: 'nobody' }, 404, undefined],
    ['an unknown dataset', { inputs: { dataset: 'nope' } }, 404, undefined],
    ['an unknown version of a dataset', { inputs: { dataset: 'trips@2' } }, 404, undefined],
    ['an unknown model', { inputs: { model: 'nope' } }, 404, undefined],
    ['an unknown runtime', { runtime: 'cobol' }, 404, undefined],
  ])('with %s is refused', async (_what, body, status, pointer) => {
    const before = await api.rows();
    const answer = await define({ name: 'refused', ...body });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([status, pointer]);
    expect(await api.rows()).toEqual(before);
  });

  it.each(['/versions/2147483648', '/versions/0', '/versions/x', '/versions?cursor=eyJ2ZXJzaW9uIjoxZTEyfQ'])(
    '%s is no address',
    async (address) => {
      await define({ name: 'addressed' });
      expect((await api.call('get', `${path}/addressed${address}`)).status).toBe(400);
    },
  );
});
