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
const reference = { env: 'HF_TOKEN', secret: 'huggingface', key: 'token' };
const secretAs = (changed: object = {}) => ({ secrets: [{ ...reference, ...changed }] });
const image = (container?: object) => ({ kind: 'custom', runtime: 'container', config: {}, container });
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

  it('says where and as whom its runs are', async () => {
    const where = {
      authorization: { service_account: 'flights', roles: ['reads-secrets'] },
      placement: {
        node_selector: { 'example.com/pool': 'training', valueOf: 'x' },
        tolerations: [{ key: 'example.com/training', operator: 'Exists', effect: 'NoSchedule' }, { key: 'spot' }],
        priority_class: 'training-high.example.com',
      },
      quota: {
        hard: { 'requests.cpu': '64', pods: '100', 'requests.nvidia.com/gpu': '8' },
        container_max: { memory: '64Gi', 'nvidia.com/gpu': '4' },
      },
    };
    const first = await define({ name: 'placed', ...where }).expect(201);
    expect(first.body).toMatchObject(where);
    expect((await api.call('get', `${path}/placed`).expect(200)).body).toEqual(first.body);
    const again = await define({ name: 'placed', ...where }).expect(200);
    expect(again.body).toEqual(first.body);
    const elsewhere = { ...where, placement: { priority_class: 'training-low' } };
    const next = await define({ name: 'placed', ...elsewhere }).expect(201);
    expect(next.body).toMatchObject({ version: 2, placement: { priority_class: 'training-low' } });
  });

  it('that says nothing of it is stored as before there was any, and is the same however it says so', async () => {
    const first = await define({ name: 'anywhere' }).expect(201);
    expect(first.body).toMatchObject({ authorization: {}, placement: {}, quota: {} });
    const { rows } = await api.database.query('SELECT body FROM workflow_definition_version WHERE definition_id = $1', [
      first.body.id,
    ]);
    expect(Object.keys(rows[0].body)).not.toEqual(expect.arrayContaining(['placement']));
    expect(Object.keys(rows[0].body)).not.toEqual(expect.arrayContaining(['quota']));
    const empty = { placement: { node_selector: {}, tolerations: [] }, quota: { hard: {} } };
    for (const nothing of [{}, { placement: {}, quota: {} }, empty]) {
      expect((await define({ name: 'anywhere', ...nothing }).expect(200)).body).toEqual(first.body);
    }
  });

  it('keeps its references to secrets, and another one makes another version', async () => {
    const first = await define({ name: 'secretive', ...secretAs() }).expect(201);
    expect(first.body.secrets).toEqual([reference]);
    expect((await define({ name: 'secretive', ...secretAs() }).expect(200)).body).toEqual(first.body);
    const next = await define({ name: 'secretive', ...secretAs({ key: 'other' }) }).expect(201);
    expect(next.body).toMatchObject({ version: 2, secrets: [{ ...reference, key: 'other' }] });
    expect((await define({ name: 'secretive', secrets: [] }).expect(201)).body.secrets).toEqual([]);
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
    [
      'a label key that is none',
      { placement: { node_selector: { 'a/b/c': 'x' } } },
      422,
      '/placement/node_selector/a~1b~1c',
    ],
    ['a label that is no text', { placement: { node_selector: { a: 1 } } }, 422, '/placement/node_selector/a'],
    ['labels that are no map', { placement: { node_selector: ['a'] } }, 422, '/placement/node_selector'],
    ['a placement that is none', { placement: 'anywhere' }, 422, '/placement'],
    ['null for a placement', { placement: null }, 422, '/placement'],
    ['a placement with more', { placement: { affinity: {} } }, 422, '/placement/affinity'],
    ['a priority class that is none', { placement: { priority_class: 'High' } }, 422, '/placement/priority_class'],
    ['a toleration that is none', { placement: { tolerations: ['spot'] } }, 422, '/placement/tolerations/0'],
    ['an empty toleration', { placement: { tolerations: [{}] } }, 422, '/placement/tolerations/0/key'],
    [
      'a taint key that is none',
      { placement: { tolerations: [{ operator: 'Exists' }, { key: 'a b' }] } },
      422,
      '/placement/tolerations/1/key',
    ],
    [
      'an unknown operator',
      { placement: { tolerations: [{ key: 'a', operator: 'In' }] } },
      422,
      '/placement/tolerations/0/operator',
    ],
    [
      'an unknown effect',
      { placement: { tolerations: [{ key: 'a', effect: 'Evict' }] } },
      422,
      '/placement/tolerations/0/effect',
    ],
    [
      'too many tolerations',
      { placement: { tolerations: Array.from({ length: 33 }, () => ({ key: 'a' })) } },
      422,
      '/placement/tolerations',
    ],
    ['secrets that are no list', { secrets: { A: 'b' } }, 422, '/secrets'],
    ['a secret of a variable that is none', secretAs({ env: 'hf-token' }), 422, '/secrets/0/env'],
    ['a secret of a variable of the platform', secretAs({ env: 'GRIFFIN_RUN_TOKEN' }), 422, '/secrets/0/env'],
    ['a secret of a name that is none', secretAs({ secret: 'Hugging_Face' }), 422, '/secrets/0/secret'],
    ['a secret elsewhere', secretAs({ namespace: 'kube-system' }), 422, '/secrets/0/namespace'],
    ['a secret itself', secretAs({ value: 'hf_1234' }), 422, '/secrets/0/value'],
    ['a secret of a key that is none', secretAs({ key: '../token' }), 422, '/secrets/0/key'],
    ['a secret of no key', secretAs({ key: undefined }), 422, '/secrets/0/key'],
    ['a variable with a value and a secret', { ...secretAs(), env: { HF_TOKEN: 'x' } }, 422, '/secrets/0/env'],
    ['two secrets of one variable', { secrets: [reference, reference] }, 422, '/secrets/1/env'],
    [
      'too many secrets',
      { secrets: Array.from({ length: 65 }, (_, i) => ({ ...reference, env: `A${i}` })) },
      422,
      '/secrets',
    ],
    ['an unknown resource', { quota: { hard: { gpu: '1' } } }, 422, '/quota/hard/gpu'],
    ['a quantity that is none', { quota: { container_max: { memory: '64GB' } } }, 422, '/quota/container_max/memory'],
    ['a quantity that is no text', { quota: { hard: { pods: 8 } } }, 422, '/quota/hard/pods'],
    ['a quota with more', { quota: { scopes: [] } }, 422, '/quota/scopes'],
    ['an image beside the one of its runtime', { container: { image: 'busybox' } }, 422, '/container'],
    ['no image where its runtime has none', image(undefined), 422, '/container'],
    ['no image in its container', image({ command: ['ls'] }), 422, '/container/image'],
    ['an image that is none', image({ image: 'https://x/y' }), 422, '/container/image'],
    ['a command that is a text', image({ image: 'busybox', command: 'ls' }), 422, '/container/command'],
    ['an argument that is no text', image({ image: 'busybox', args: ['a', 1] }), 422, '/container/args'],
    ['an argument with a NUL', image({ image: 'busybox', args: ['\0'] }), 422, '/container/args/0'],
    ['a container with more', image({ image: 'busybox', ports: [] }), 422, '/container/ports'],
    ['an unknown architecture', { architecture: 'nobody' }, 404, '/architecture'],
    ['an unknown dataset', { inputs: { dataset: 'nope' } }, 404, '/inputs/dataset'],
    ['an unknown version of a dataset', { inputs: { dataset: 'trips@2' } }, 404, '/inputs/dataset'],
    ['an unknown model', { inputs: { model: 'nope' } }, 404, '/inputs/model'],
    ['an unknown runtime', { runtime: 'cobol' }, 404, '/runtime'],
  ])('with %s is refused', async (_what, body, status, pointer) => {
    const before = await api.rows();
    const answer = await define({ name: 'refused', ...body });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([status, pointer]);
    expect(await api.rows()).toEqual(before);
  });

  it('is told all that is wrong with where its runs are at once', async () => {
    const placement = { node_selector: { a: ' ' }, tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] };
    const quota = { hard: { pods: '1.5', 'nvidia.com/gpu': '1' } };
    const answer = await define({ name: 'refused', placement, quota }).expect(422);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/placement/node_selector/a',
      '/placement/tolerations/0/value',
      '/quota/hard/pods',
      '/quota/hard/nvidia.com~1gpu',
    ]);
  });

  it.each(['/versions/2147483648', '/versions/0', '/versions/x', '/versions?cursor=eyJ2ZXJzaW9uIjoxZTEyfQ'])(
    '%s is no address',
    async (address) => {
      await define({ name: 'addressed' });
      expect((await api.call('get', `${path}/addressed${address}`)).status).toBe(400);
    },
  );
});
