import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from './api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

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
const run = { definition: 'train' };

const refused: [what: string, path: string, body: object, status: number, pointers: string[]][] = [
  ['an unknown field', '/api/workflows', { ...run, workers: 2 }, 422, ['/workers']],
  ['an unknown field, deep', '/api/workflows', { ...run, resources: { cores: 2 } }, 422, ['/resources/cores']],
  ['a wrong type', '/api/workflows', { ...run, resources: { workers: '2' } }, 422, ['/resources/workers']],
  ['too many workers', '/api/workflows', { ...run, resources: { workers: 9999 } }, 422, ['/resources/workers']],
  ['no CPU', '/api/workflows', { ...run, resources: { cpu: 0 } }, 422, ['/resources/cpu']],
  [
    'a type of no GPU',
    '/api/workflows',
    { ...run, resources: { gpu: 0, gpu_type: 'a100' } },
    422,
    ['/resources/gpu_type'],
  ],
  ['no worker for Ray', '/api/workflows', { ...run, resources: { workers: 0 } }, 422, ['/resources/workers']],
  ['a setting unknown to the runtime', '/api/workflows', { ...run, config: { depth: 3 } }, 422, ['/config/depth']],
  ['a setting out of range', '/api/workflows', { ...run, config: { max_depth: 0 } }, 422, ['/config/max_depth']],
  ['a variable of the platform', '/api/workflows', { ...run, env: { GRIFFIN_RUN_TOKEN: 'x' } }, 422, ['/env']],
  ['no reference', '/api/workflows', { definition: 'a@b@c' }, 422, ['/definition']],
  ['an unknown definition', '/api/workflows', { definition: 'nobody' }, 404, ['/definition']],
  ['an unknown version', '/api/workflows', { definition: 'train@9' }, 404, ['/definition']],
  ['an unknown dataset', '/api/workflows', { ...run, inputs: { dataset: 'nothing' } }, 404, ['/inputs/dataset']],
  ['an unknown runtime', '/api/workflows', { ...run, runtime: 'cobol' }, 404, ['/runtime']],
  [
    'a kind the runtime lacks',
    '/api/workflow-definitions',
    { name: 'x', stage: 'prototype', kind: 'evaluate', runtime: 'xgboost' },
    422,
    ['/kind'],
  ],
  ['a view without keys', '/api/features', { ...view, entity_keys: [] }, 422, ['/entity_keys']],
  [
    'a source elsewhere',
    '/api/features',
    { ...view, source: { uri: 'http://x/y', format: 'parquet' } },
    422,
    ['/source/uri'],
  ],
  ['a feature without a type', '/api/features', { ...view, features: [{ name: 'temp' }] }, 422, ['/features/0/type']],
  [
    'a schema that is none',
    '/api/training/models',
    { name: 'm', framework: 'f', hyperparameter_schema: { type: 'no' } },
    422,
    ['/hyperparameter_schema/type'],
  ],
  [
    'defaults against the schema',
    '/api/training/models',
    {
      name: 'm',
      framework: 'f',
      hyperparameter_schema: { properties: { depth: { type: 'integer' } } },
      defaults: { depth: 'deep' },
    },
    422,
    ['/defaults/depth'],
  ],
  [
    'an unknown view',
    '/api/training/dataset',
    { ...dataset, features: [{ view: 'tides' }] },
    404,
    ['/features/0/view'],
  ],
  [
    'overlapping splits',
    '/api/training/dataset',
    { ...dataset, splits: { train: { until: '2013-11-01T00:00:00Z' }, test: { from: '2013-10-01T00:00:00Z' } } },
    422,
    ['/splits/test'],
  ],
  ['a split without ends', '/api/training/dataset', { ...dataset, splits: { train: {} } }, 422, ['/splits/train']],
];

/** Where something is wrong; no place is named twice. */
function pointersOf({ errors = [] }: { errors?: { pointer: string }[] }): string[] {
  return errors.map(({ pointer }) => pointer);
}

describe('a refused request', () => {
  beforeAll(async () => {
    await api.call('post', '/api/features/').send(view).expect(201);
  });

  it.each(refused)('%s: says where, and stores nothing', async (_what, path, body, status, pointers) => {
    const before = await api.rows();
    const answer = await api.call('post', path).send(body);
    expect([answer.status, pointersOf(answer.body)]).toEqual([status, pointers]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/), retryable: false });
    expect(await api.rows()).toEqual(before);
  });

  it('names every fault at once', async () => {
    const answer = await api.call('post', '/api/workflows').send({ ...run, resources: { workers: -1, cpu: 'all' } });
    expect(pointersOf(answer.body)).toEqual(['/resources/workers', '/resources/cpu']);
  });

  it('with keys and columns that do not fit says how to mend them', async () => {
    const other = { ...dataset, spine: { ...spine, entity_keys: ['airport'], columns: ['temp'] } };
    const keys = await api.call('post', '/api/training/dataset').send(other).expect(422);
    expect(keys.body.errors[0]).toMatchObject({ pointer: '/features/0/entity_mapping', code: 'entity_key_unmatched' });
    const mapped = { ...other, features: [{ view: 'weather', entity_mapping: { airport: 'origin' } }] };
    const columns = await api.call('post', '/api/training/dataset').send(mapped).expect(422);
    expect(columns.body.errors[0]).toMatchObject({ pointer: '/features/0', code: 'column_ambiguous' });
  });

  it('that is no JSON is 400, and one that is too large 413', async () => {
    const before = await api.rows();
    const broken = await api
      .call('post', '/api/workflows')
      .set('content-type', 'application/json')
      .send('{"definition":');
    expect([broken.status, broken.body.code]).toEqual([400, 'json_malformed']);
    const large = await api.call('post', '/api/workflows').send({ definition: 'x'.repeat(1_100_000) });
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
    expect(await api.rows()).toEqual(before);
  });
});

describe('a path', () => {
  it.each([
    ['/api/training/models/%00', 400],
    ['/api/training/models/%', 400],
    ['/api/training/models/%ff', 400],
    ['/api/training/models/%ed%a0%80', 400],
    ['/api/training/models/..%2f..%2fetc', 400],
    ['/api/training/models/%F0%9F%9A%80', 400],
    [`/api/training/models/${'x'.repeat(100)}`, 400],
    ['/api/training/models/m/versions/99999999999', 400],
    ['/api/training/models/m/versions/1e3', 404],
    ['/api/training/models/m/versions/0x10', 404],
    ['/api/registry/models/m/versions/99999999999/artifacts', 400],
    ['/api/registry/models/m/versions/99999999999/artifacts/model.ubj', 400],
    ['/api/registry/models/m/versions/1/artifacts/%00', 400],
    ['/api/registry/models/m/versions/1/artifacts/..%2f..%2fsecret', 404],
    ['/api/workflows/none', 400],
    ['/api/projects/tokens/none', 404],
    ['/api/workflows?cursor=%00', 400],
    ['/api/workflows?limit=1e999', 400],
    ['/api/events?after=99999999999999999999', 400],
  ])('%s is refused with a problem', async (path, status) => {
    const answer = await api.call('get', path);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect([answer.status, answer.body.status]).toEqual([status, status]);
  });
});

describe('access', () => {
  it('needs a token on every route but health and the documentation', async () => {
    const { body: document } = await api.anonymous('get', '/api/openapi.json').expect(200);
    const open = ['/health/live', '/health/ready'];
    const routes = Object.entries(document.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => [method, path] as const),
    );
    expect(routes.length).toBeGreaterThan(40);
    for (const [method, path] of routes) {
      const answer = await api.anonymous(method as 'get', path.replaceAll(/\{\w+\}/g, 'x'));
      if (open.includes(path)) expect(answer.status, path).toBe(200);
      else
        expect([path, answer.status, answer.headers['www-authenticate']]).toEqual([
          path,
          401,
          'Bearer realm="griffin"',
        ]);
    }
    await api.anonymous('get', '/api/docs').expect(200);
  });

  it('to another project’s things is as to none', async () => {
    const stranger = await api.anotherProject();
    const { id } = await api.submit();
    await api.call('get', `/api/workflows/${id}`, stranger).expect(404);
    await api.call('post', `/api/workflows/${id}/terminate`, stranger).send({}).expect(404);
    expect((await api.call('get', '/api/workflows', stranger)).body.items).toEqual([]);
  });

  it('ends when the token is revoked, and the token is stored nowhere', async () => {
    const { body } = await api.call('post', '/api/projects/tokens').send({ name: 'laptop' }).expect(201);
    await api.call('get', '/api/projects', body.token).expect(200);
    const { rows } = await api.database.query('SELECT hash FROM access_token WHERE id = $1', [body.id]);
    expect(rows[0].hash).not.toContain(body.token);
    await api.call('delete', `/api/projects/tokens/${body.id}`).expect(204);
    await api.call('get', '/api/projects', body.token).expect(401);
  });
});

it('a trailing slash makes no difference', async () => {
  await api.call('get', '/api/features/').expect(200);
  await api.call('get', '/api/features').expect(200);
});
