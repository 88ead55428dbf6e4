import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const status = (body: object) => api.call('post', '/api/workflows/status').send(body);
const terminate = (id: string) => api.call('post', `/api/workflows/${id}/terminate`).send({});

describe('a wait', () => {
  it('ends with what the run is when nothing happened: 304 for a client that knows, 200 for another one', async () => {
    const { id } = await api.submit();
    const began = performance.now();
    const [known, plain] = await Promise.all([
      api.call('get', `/api/workflows/${id}?wait=1`).set('if-none-match', '"1"'),
      api.call('get', `/api/workflows/${id}?wait=1`),
    ]);
    expect([known.status, plain.status]).toEqual([304, 200]);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it('is of the run of that id, however it is written, and 404 where there is none', async () => {
    const { id } = await api.submit();
    const known = (path: string) => api.call('get', path).set('if-none-match', '"1"');
    const same = await known(`/api/workflows/${id.toUpperCase()}`);
    const none = await known(`/api/workflows/${uuid()}`);
    expect([same.status, same.headers['etag'], none.status]).toEqual([304, '"1"', 404]);
  });

  it('tells nobody else that nothing changed', async () => {
    const { id } = await api.submit();
    const path = `/api/workflows/${id}`;
    const asked = [
      api.call('get', path, await api.anotherProject()),
      api.call('get', path, 'grf_nobody'),
      api.anonymous('get', path),
      api.call('get', path).set('if-none-match', '"7"'),
      api.call('get', `${path}?unknown=1`),
      api.call('get', '/api/workflows/no-uuid'),
    ];
    const answers = await Promise.all(
      asked.map((call, index) => (index === 3 ? call : call.set('if-none-match', '"1"'))),
    );
    expect(answers.map(({ status: code }) => code)).toEqual([404, 401, 401, 200, 400, 400]);
  });

  it('is none when there is news already, or when the run is over', async () => {
    const { id } = await api.submit({ limits: { run_timeout_seconds: 60 } });
    await terminate(id);
    const began = performance.now();
    const news = await api.call('get', `/api/workflows/${id}?wait=30`).set('if-none-match', '"1"').expect(200);
    expect(news.headers['etag']).toBe('"2"');
    await api.database.query(`UPDATE run SET state = 'TERMINATED', finished_at = now() WHERE id = $1`, [id]);
    await api.call('get', `/api/workflows/${id}?wait=30`).expect(200);
    const release = api.call('get', `/api/workflows/${id}?wait=30`).set('if-none-match', '"2"').expect(200);
    await api.database.query(`UPDATE run SET resources = 'released', revision = 3 WHERE id = $1`, [id]);
    expect(((await release).body as { resources: string }).resources).toBe('released');
    await api.call('get', `/api/workflows/${id}?wait=30`).set('if-none-match', '"3"').expect(304);
    await api.call('get', `/api/workflows/${id}?wait=30`).expect(200);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it.each(['-1', '61', 'soon', '1.5'])('of %s seconds is refused', async (wait) => {
    const { id } = await api.submit();
    const answer = await api.call('get', `/api/workflows/${id}?wait=${wait}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'parameter_invalid']);
  });

  it('ends at once when the service stops', async () => {
    const other = await TestApi.start();
    await other.defineTraining();
    const { id } = await other.submit();
    const began = performance.now();
    const waiting = other.call('get', `/api/workflows/${id}?wait=30`).then(({ status: code }) => code);
    const batch = other.call('post', '/api/workflows/status').send({ runs: [{ id, etag: '"1"' }], wait: 30 });
    const waitingToo = batch.then(({ status: code }) => code);
    await other.database.query('SELECT pg_sleep(0.5)');
    await other.stop();
    expect(await Promise.all([waiting, waitingToo])).toEqual([200, 200]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('the status of many runs', () => {
  it('waits for the first of them that changes', async () => {
    const ids = [(await api.submit()).id, (await api.submit()).id, (await api.submit()).id];
    const answer = status({ runs: ids.map((id) => ({ id, etag: '"1"' })), wait: 30 }).then(({ body }) => body);
    await terminate(ids[1]!);
    expect((await answer).items).toEqual([expect.objectContaining({ id: ids[1], state: 'TERMINATING', etag: '"2"' })]);
  });

  it('is all of them for a client that knows none, and nothing of what is not there', async () => {
    const { id } = await api.submit();
    const { body } = await status({ runs: [{ id }, { id: uuid() }] }).expect(200);
    expect(body.items.map((run: { id: string }) => run.id)).toEqual([id]);
    const none = await status({ runs: [{ id, etag: '"1"' }] }).expect(200);
    expect(none.body.items).toEqual([]);
  });

  it('is for 1 to 500 of them', async () => {
    const runs = Array.from({ length: 501 }, () => ({ id: uuid() }));
    await status({ runs: runs.slice(1) }).expect(200, { items: [] });
    const refused = [await status({ runs }), await status({ runs: [] }), await status({ runs: [{ id: 'x' }] })];
    expect(refused.map((answer) => answer.status)).toEqual([422, 422, 422]);
    expect(refused[2]!.body.errors[0].pointer).toBe('/runs/0/id');
  });
});

describe('the list', () => {
  it('is filtered by definition, kind and name', async () => {
    await api.defineTraining('other');
    const { id } = await api.submit({ definition: 'other', name: 'special' });
    for (const filter of ['definition=other', 'name=special', 'kind=train&name=special']) {
      const { body } = await api.call('get', `/api/workflows?${filter}`).expect(200);
      expect(body.items.map((run: { id: string }) => run.id)).toEqual([id]);
    }
    expect((await api.call('get', '/api/workflows?kind=batch-infer')).body.items).toEqual([]);
  });

  it.each(['state=SLEEPING', 'limit=0', 'limit=201', 'kind=x', 'unknown=1', 'cursor=x', 'cursor=eyJpZCI6IngifQ'])(
    'with ?%s is refused',
    async (query) => {
      expect((await api.call('get', `/api/workflows?${query}`)).status).toBe(400);
    },
  );
});

describe('a submission', () => {
  it.each([
    ['a runtime for another kind of run', { runtime: 'xgboost-scoring' }, '/runtime'],
    ['null for a resource', { resources: { workers: null } }, '/resources/workers'],
    ['a type of GPU that no label says', { resources: { gpu_type: 'NVIDIA A100' } }, '/resources/gpu_type'],
    ['null for a limit', { limits: { max_attempts: null } }, '/limits/max_attempts'],
    ['null for an input', { inputs: { dataset: null } }, '/inputs/dataset'],
    ['null for the configuration', { config: null }, '/config'],
    ['null for an output', { outputs: { model: { name: null } } }, '/outputs/model/name'],
    [
      'an owner without a task',
      { owner_ref: { deployment: 'd', dag_id: 'g', run_id: 'r', epoch: 1 } },
      '/owner_ref/task_id',
    ],
    ['a NUL in the configuration', { config: { objective: 'a\0b' } }, '/config/objective'],
  ])('with %s is refused, and nothing of it stored', async (_what, body, pointer) => {
    const before = await api.rows();
    const answer = await api.call('post', '/api/workflows').send({ definition: 'train', ...body });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect(await api.rows()).toEqual(before);
  });
});

it('a termination is the same however often it is asked for', async () => {
  const { id } = await api.submit();
  const answers = await Promise.all([terminate(id), terminate(id), terminate(id)]);
  expect(answers.map((answer) => [answer.status, answer.body.state])).toEqual(
    Array.from({ length: 3 }, () => [202, 'TERMINATING']),
  );
  expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.termination-requested']);
});
