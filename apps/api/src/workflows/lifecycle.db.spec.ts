import type { Response } from 'supertest';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { successOf, TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

async function expectStatus(status: number, request: Promise<Response>): Promise<Response> {
  const answer = await request;
  expect([answer.status, answer.body]).toEqual([status, answer.body]);
  return answer;
}

const get = async (id: string) => (await api.call('get', `/api/workflows/${id}`)).body;

async function started() {
  const { id, spec } = await api.submit();
  const bootId = uuid();
  await expectStatus(200, api.asRuntime(spec, 'start', { boot_id: bootId }));
  return { id, spec, bootId };
}

describe('a runtime', () => {
  it('claims its attempt once: another process is refused', async () => {
    const { id, spec, bootId } = await started();
    await expectStatus(200, api.asRuntime(spec, 'start', { boot_id: bootId }));
    const other = await expectStatus(409, api.asRuntime(spec, 'start', { boot_id: uuid() }));
    expect(other.body.code).toBe('attempt_claimed');
    expect(await get(id)).toMatchObject({ state: 'RUNNING', is_terminal: false });
  });

  it('reports success: the model version, the run and run.completed are one thing', async () => {
    const { id, spec, bootId } = await started();
    await expectStatus(200, api.asRuntime(spec, 'report', successOf(spec, bootId)));
    const run = await get(id);
    expect(run).toMatchObject({ state: 'SUCCEEDED', is_successful: true, metrics: { test_auc: 0.7 } });
    const { name, version } = run.model_version;
    const model = await api.call('get', `/api/registry/models/${name}/versions/${version}`).expect(200);
    expect(model.body).toMatchObject({ id: run.model_version.id, run_id: id, metrics: { test_auc: 0.7 } });
    const again = await expectStatus(200, api.asRuntime(spec, 'report', successOf(spec, bootId)));
    expect(again.body.state).toBe('SUCCEEDED');
    expect(await api.published(id)).toEqual(['workflow.requested', 'run.completed']);
    expect(await api.published(model.body.id)).toEqual(['model.registered']);
  });

  it('that failed for a reason outside of it is tried again, up to the limit', async () => {
    const { id, spec, bootId } = await started();
    const reason = { code: 'process_killed', message: 'It was killed.' };
    const failure = (attempt: number, boot: string) => ({
      ...successOf(spec, boot, attempt),
      outcome: 'failed',
      reason,
      outputs: [],
      log_tail: 'the end',
    });
    await expectStatus(200, api.asRuntime(spec, 'report', failure(1, bootId)));
    expect(await get(id)).toMatchObject({ state: 'PROVISIONING', attempt: 2 });
    const superseded = await expectStatus(409, api.asRuntime(spec, 'start', { boot_id: uuid() }));
    expect(superseded.body.code).toBe('attempt_superseded');
    const boot = uuid();
    await expectStatus(200, api.asRuntime(spec, 'start', { boot_id: boot }, 2));
    await expectStatus(200, api.asRuntime(spec, 'report', failure(2, boot), 2));
    expect(await get(id)).toMatchObject({ state: 'FAILED', reason, retryable: true, log_tail: 'the end' });
    expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.requested', 'run.completed']);
  });

  it('has no way in with the token of a project, nor with that of another attempt', async () => {
    const { spec } = await started();
    const path = `/api/workflows/${spec.run_id}/attempts/1/start`;
    await api.call('post', path).send({ boot_id: uuid() }).expect(401);
    const other = await api.runToken(spec, 2);
    await api.call('post', path, other).send({ boot_id: uuid() }).expect(403);
    await api.call('get', '/api/workflows', await api.runToken(spec)).expect(401);
    const otherProject = await api.runToken(spec, 1, uuid());
    const answer = await api.call('post', path, otherProject).send({ boot_id: uuid() }).expect(403);
    expect(answer.body.code).toBe('run_token_mismatch');
  });

  it('whose report is no report is told what is wrong with it', async () => {
    const { spec, bootId } = await started();
    const broken = { ...successOf(spec, bootId), outcome: 'great' };
    const answer = await expectStatus(422, api.asRuntime(spec, 'report', broken));
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/outcome');
  });
});

describe('report and terminate', () => {
  it.each([
    ['nothing', undefined],
    ['an empty body of JSON', 'application/json'],
  ])('takes %s for a termination that says no more', async (_what, type) => {
    const { id } = await api.submit();
    const call = api.call('post', `/api/workflows/${id}/terminate`);
    const answer = await expectStatus(202, type === undefined ? call : call.set('content-type', type).send(''));
    expect(answer.body.state).toBe('TERMINATING');
  });

  it('race 200 times: one of them wins, whole', async () => {
    const outcomes = { SUCCEEDED: 0, TERMINATING: 0 };
    for (let trial = 0; trial < 200; trial += 1) {
      const { id, spec, bootId } = await started();
      const report = api.asRuntime(spec, 'report', successOf(spec, bootId));
      const terminate = api.call('post', `/api/workflows/${id}/terminate`).send({});
      const [reported, terminated] = await Promise.all([report, terminate]);
      expect(terminated.status).toBe(202);
      const run = await get(id);
      outcomes[run.state as keyof typeof outcomes] += 1;
      const { rows } = await api.database.query('SELECT id FROM model_version WHERE run_id = $1', [id]);
      expect(rows).toHaveLength(run.state === 'SUCCEEDED' ? 1 : 0);
      expect(reported.status).toBe(run.state === 'SUCCEEDED' ? 200 : 409);
      const completed = (await api.published(id)).filter((type) => type === 'run.completed');
      expect(completed).toHaveLength(run.state === 'SUCCEEDED' ? 1 : 0);
    }
    expect(outcomes.SUCCEEDED + outcomes.TERMINATING).toBe(200);
  }, 120_000);
});

describe('watching a run', () => {
  it('costs nothing while nothing happens: 304 for the ETag the client has', async () => {
    const { id } = await api.submit();
    const first = await api.call('get', `/api/workflows/${id}`);
    const etag = first.headers['etag'] as string;
    const same = await api.call('get', `/api/workflows/${id}`).set('if-none-match', etag).expect(304);
    expect(same.text).toBe('');
  });

  it('holds the answer back until there is news', async () => {
    const { id } = await api.submit();
    const waiting = api
      .call('get', `/api/workflows/${id}?wait=20`)
      .set('if-none-match', '"1"')
      .then((answer) => answer);
    await api.call('post', `/api/workflows/${id}/terminate`).send({});
    expect((await waiting).body.state).toBe('TERMINATING');
  });

  it('in a batch gives only what the client has not seen', async () => {
    const [one, other] = [await api.submit(), await api.submit()];
    await api.call('post', `/api/workflows/${other.id}/terminate`).send({});
    const runs = [one, other].map(({ id }) => ({ id, etag: '"1"' }));
    const { body } = await api.call('post', '/api/workflows/status').send({ runs, wait: 5 }).expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([other.id]);
    expect(body.items[0].etag).toBe('"2"');
  });

  it('lists in pages, the newest first, by state', async () => {
    const ids = [await api.submit(), await api.submit(), await api.submit()].map(({ id }) => id).toReversed();
    const first = await api.call('get', '/api/workflows?limit=2&state=REQUESTED').expect(200);
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const next = await api.call('get', `/api/workflows?limit=2&state=REQUESTED&cursor=${first.body.next_cursor}`);
    expect(next.body.items[0].id).toBe(ids[2]);
  });
});
