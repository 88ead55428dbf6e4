import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { aFinish, hear } from './worker-says.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const anOwner = (more: object = {}) => ({
  deployment: 'airflow',
  dag_id: 'nightly',
  run_id: uuid(),
  task_id: 'train',
  epoch: 1,
  ...more,
});

const submit = (body: object, key?: string) => {
  const call = api.call('post', '/api/workflows');
  if (key !== undefined) void call.set('idempotency-key', key);
  return call.send({ definition: 'train', ...body });
};
const terminate = (id: string, body: object) => api.call('post', `/api/workflows/${id}/terminate`).send(body);
const stateOf = async (id: string) => (await api.call('get', `/api/workflows/${id}`)).body.state;

describe('an idempotency key of an owner', () => {
  it('stands for the task and not for its try: a later try gets the run of the earlier one', async () => {
    const [key, owner] = [uuid(), anOwner()];
    const first = await submit({ owner_ref: owner }, key).expect(201);
    const retry = await submit({ owner_ref: { ...owner, epoch: 2 } }, key).expect(200);
    expect(retry.body.id).toBe(first.body.id);
    const otherTask = await submit({ owner_ref: { ...owner, epoch: 2, task_id: 'score' } }, key).expect(422);
    expect(otherTask.body.code).toBe('idempotency_key_reused');
  });

  it('is of no use to a try that a later one followed, though it asks for the same', async () => {
    const [key, owner] = [uuid(), anOwner()];
    await submit({ owner_ref: owner }, key).expect(201);
    await submit({ owner_ref: { ...owner, epoch: 2 } }, key).expect(200);
    const late = await submit({ owner_ref: owner }, key).expect(409);
    expect(late.body).toMatchObject({ code: 'owner_superseded', retryable: false });
  });
});

describe('an owner', () => {
  it('that submits many times at once has one run', async () => {
    for (let round = 0; round < 10; round += 1) {
      const body = { owner_ref: anOwner(), on_active_owner: 'attach' };
      const answers = await Promise.all(Array.from({ length: 6 }, () => submit(body)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
      expect(new Set(answers.map(({ body: run }) => run.id)).size).toBe(1);
    }
  });

  it.each([
    ['of another one', { owner_ref: anOwner() }, 'belongs to another owner'],
    ['that has none', {}, 'has no owner'],
  ])('cannot end a run %s', async (_whose, body, why) => {
    const { body: run } = await submit(body).expect(201);
    const refused = await terminate(run.id, { owner_ref: anOwner({ epoch: 9 }) }).expect(409);
    expect(refused.body).toMatchObject({ code: 'run_not_of_owner', retryable: false });
    expect(refused.body.detail).toContain(why);
    expect(await stateOf(run.id)).toBe('REQUESTED');
  });

  it('whose run is ending is asked to come again, and then gets a new one', async () => {
    const owner = anOwner();
    const { body: run } = await submit({ owner_ref: owner }).expect(201);
    await terminate(run.id, { owner_ref: owner }).expect(202);
    const retry = { owner_ref: { ...owner, epoch: 2 }, on_active_owner: 'attach' };
    const early = await submit(retry).expect(409);
    expect(early.body).toMatchObject({ code: 'owner_run_ending', retryable: true });
    expect(early.headers['retry-after']).toBe('1');
    await hear(api, aFinish(run.spec, { exit: 'stopped' }));
    const next = await submit(retry).expect(201);
    expect(next.body.id).not.toBe(run.id);
  });

  it('that began a new round is not heard by the round before', async () => {
    const owner = anOwner();
    const { body: run } = await submit({ owner_ref: owner }).expect(201);
    const anew = { owner_ref: { ...owner, epoch: 2, round: 1 } };
    await submit(anew).expect(409);
    const ending = await api.call('get', `/api/workflows/${run.id}`);
    expect(ending.body).toMatchObject({ state: 'TERMINATING', reason: { code: 'superseded' } });
    await hear(api, aFinish(run.spec, { exit: 'stopped' }));
    await submit(anew).expect(201);
    const late = await submit({ owner_ref: { ...owner, epoch: 3, round: 0 }, on_active_owner: 'attach' }).expect(409);
    expect(late.body.code).toBe('owner_superseded');
  });

  it('whose late kill comes after its next try attached leaves the run alone, whichever is first', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const owner = anOwner();
      const { body: run } = await submit({ owner_ref: owner }).expect(201);
      const [attached, killed] = await Promise.all([
        submit({ owner_ref: { ...owner, epoch: 2 }, on_active_owner: 'attach' }),
        terminate(run.id, { owner_ref: owner }),
      ]);
      const state = await stateOf(run.id);
      if (killed.status === 409) expect([attached.status, state]).toEqual([200, 'REQUESTED']);
      else expect([killed.status, attached.status, state]).toEqual([202, 409, 'TERMINATING']);
    }
  });
});
