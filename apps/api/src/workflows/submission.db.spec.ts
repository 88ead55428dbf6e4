import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const submit = (body: object, key?: string) => {
  const call = api.call('post', '/api/workflows').send({ definition: 'train', ...body });
  return key === undefined ? call : call.set('idempotency-key', key);
};

describe('a submission', () => {
  it('is answered with the run, where it is, and its spec as resolved', async () => {
    const answer = await submit({ config: { max_depth: 3 }, resources: { workers: 4 }, seed: 7 }).expect(201);
    expect(answer.headers['location']).toBe(`/api/workflows/${answer.body.id}`);
    expect(answer.headers['etag']).toBe('"1"');
    expect(answer.body).toMatchObject({ state: 'REQUESTED', is_terminal: false, attempt: 1, revision: 1 });
    expect(answer.body.spec).toMatchObject({ seed: 7, resources: { workers: 4, cpu: 1 }, config: { max_depth: 3 } });
    expect(answer.body.spec.config.learning_rate).toBeTypeOf('number');
    expect(await api.published(answer.body.id)).toEqual(['workflow.requested']);
  });

  it('that is the same work has the same digest, and other work another', async () => {
    const [one, same, other] = [await submit({ seed: 1 }), await submit({ seed: 1 }), await submit({ seed: 2 })];
    expect(same.body.spec_digest).toBe(one.body.spec_digest);
    expect(other.body.spec_digest).not.toBe(one.body.spec_digest);
  });

  it.each(['/api/workflows', '/api/workflows?dry_run=true'])(
    'to %s must give what its kind needs where its definition does not',
    async (path) => {
      const bare = { name: 'bare', stage: 'prototype', kind: 'train', runtime: 'xgboost' };
      await api.call('post', '/api/workflow-definitions').send(bare);
      const refused = await api.call('post', path).send({ definition: 'bare' }).expect(422);
      expect(refused.body.errors).toMatchObject([
        { pointer: '/inputs/dataset', code: 'required' },
        { pointer: '/outputs/model', code: 'required' },
      ]);
      const given = { definition: 'bare', inputs: { dataset: 'trips' }, outputs: { model: { name: 'delays' } } };
      expect((await api.call('post', path).send(given)).status).toBeLessThan(300);
    },
  );

  it('has the secrets of its definition, which it can neither add to nor hide', async () => {
    const secrets = [{ env: 'HF_TOKEN', secret: 'huggingface', key: 'token' }];
    const inputs = { inputs: { dataset: 'trips' }, outputs: { model: { name: 'delays' } } };
    const definition = { name: 'secretive', stage: 'prototype', kind: 'train', runtime: 'xgboost', secrets, ...inputs };
    await api.call('post', '/api/workflow-definitions').send(definition).expect(201);
    const { body } = await submit({ definition: 'secretive', env: { OTHER: 'x' } }).expect(201);
    expect(body.spec).toMatchObject({ secrets, project_name: 'default' });
    expect((await submit({}).expect(201)).body.spec).not.toHaveProperty('secrets');
    const added = await submit({ definition: 'secretive', secrets }).expect(422);
    expect(added.body.errors).toMatchObject([{ pointer: '/secrets' }]);
    const hidden = await submit({ definition: 'secretive', env: { HF_TOKEN: 'x' } }).expect(422);
    expect(hidden.body.errors).toMatchObject([{ pointer: '/env/HF_TOKEN', code: 'variable_of_secret' }]);
  });

  it('is where its definition says, and the same work as elsewhere', async () => {
    const definition = {
      name: 'placed',
      stage: 'production',
      kind: 'train',
      runtime: 'xgboost',
      inputs: { dataset: 'trips' },
      outputs: { model: { name: 'delays' } },
    };
    const where = {
      authorization: { service_account: 'flights' },
      placement: { node_selector: { pool: 'training' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
      quota: { hard: { pods: '100' }, container_max: { memory: '64Gi' } },
    };
    await api.call('post', '/api/workflow-definitions').send(definition).expect(201);
    await api
      .call('post', '/api/workflow-definitions')
      .send({ ...definition, ...where })
      .expect(201);
    const anywhere = await submit({ definition: 'placed@1' }).expect(201);
    const placed = await submit({ definition: 'placed@2' }).expect(201);
    expect(placed.body.spec).toMatchObject(where);
    for (const part of Object.keys(where)) expect(anywhere.body.spec).not.toHaveProperty(part);
    expect(placed.body.spec_digest).toBe(anywhere.body.spec_digest);
    const [requested] = (await api.database.query('SELECT * FROM outbox WHERE subject = $1', [placed.body.id])).rows;
    expect(JSON.stringify(requested)).toContain('"node_selector":{"pool":"training"}');
  });

  it.each([
    [{ definition: 'nobody' }, 'definition_unknown', '/definition'],
    [{ definition: 'train', inputs: { dataset: 'nothing' } }, 'dataset_unknown', '/inputs/dataset'],
    [{ definition: 'train', inputs: { model: 'nothing@3' } }, 'model_unknown', '/inputs/model'],
    [{ definition: 'train', runtime: 'nothing' }, 'runtime_unknown', '/runtime'],
  ])('that names what is not there is told in which field: %j', async (body, code, pointer) => {
    const answer = await submit(body);
    expect(answer.body).toMatchObject({ code, errors: [{ pointer, code }] });
  });

  it('as a dry run stores nothing', async () => {
    const before = await api.rows();
    const answer = await api.call('post', '/api/workflows?dry_run=true').send({ definition: 'train' }).expect(200);
    expect(answer.body.spec.kind).toBe('train');
    expect(await api.rows()).toEqual(before);
  });
});

describe('an idempotency key', () => {
  it('gives one run for one body, and is refused for another', async () => {
    const key = uuid();
    const first = await submit({ name: 'once' }, key).expect(201);
    const again = await submit({ name: 'once' }, key).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body.id).toBe(first.body.id);
    const other = await submit({ name: 'twice' }, key).expect(422);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it('gives one run to many who use it at once', async () => {
    const key = uuid();
    const answers = await Promise.all(Array.from({ length: 12 }, () => submit({ name: 'rush' }, key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true);
    for (const { status, headers, body } of answers) {
      if (status !== 409) continue;
      expect(body).toMatchObject({ code: 'idempotency_key_in_use', retryable: true });
      expect(headers['retry-after']).toBe('1');
    }
    const { rows } = await api.database.query(`SELECT count(*)::int AS runs FROM run WHERE name = 'rush'`);
    expect(rows[0].runs).toBe(1);
  });

  it('belongs to its project', async () => {
    const key = uuid();
    await submit({}, key).expect(201);
    const stranger = await api.anotherProject();
    const answer = await api
      .call('post', '/api/workflows', stranger)
      .set('idempotency-key', key)
      .send({ definition: 'train' });
    expect(answer.status).toBe(404);
  });
});

describe('an owner', () => {
  const ref = (more: object) => ({ deployment: 'd', dag_id: 'g', run_id: uuid(), task_id: 't', epoch: 1, ...more });

  it('has one active run: a later try attaches, if it wishes', async () => {
    const owner = ref({});
    const first = await submit({ owner_ref: owner }).expect(201);
    const rejected = await submit({ owner_ref: { ...owner, epoch: 2 } }).expect(409);
    expect(rejected.body.code).toBe('owner_active');
    const attached = await submit({ owner_ref: { ...owner, epoch: 2 }, on_active_owner: 'attach' }).expect(200);
    expect(attached.body.id).toBe(first.body.id);
  });

  it('cannot speak by an earlier try, neither to submit nor to terminate', async () => {
    const owner = ref({ epoch: 2 });
    const { body: run } = await submit({ owner_ref: owner }).expect(201);
    await submit({ owner_ref: { ...owner, epoch: 3 }, on_active_owner: 'attach' }).expect(200);
    const late = await submit({ owner_ref: owner, on_active_owner: 'attach' }).expect(409);
    expect(late.body.code).toBe('owner_superseded');
    const path = `/api/workflows/${run.id}/terminate`;
    const kill = await api.call('post', path).send({ owner_ref: owner }).expect(409);
    expect(kill.body.code).toBe('owner_superseded');
    expect((await api.call('get', `/api/workflows/${run.id}`)).body.state).toBe('REQUESTED');
    const person = await api.call('post', path).send({}).expect(202);
    expect(person.body.state).toBe('TERMINATING');
  });

  it('ends its earlier run with a new round, and begins again when that has ended', async () => {
    const owner = ref({ round: 0 });
    const { body: run } = await submit({ owner_ref: owner }).expect(201);
    const anew = await submit({ owner_ref: { ...owner, epoch: 2, round: 1 } }).expect(409);
    expect(anew.body).toMatchObject({ code: 'owner_run_ending', retryable: true });
    expect((await api.call('get', `/api/workflows/${run.id}`)).body.state).toBe('TERMINATING');
  });
});
