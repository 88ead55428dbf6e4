import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { successOf, TestApi } from '../api.fixture.ts';
import { RunCaretaker } from './run-caretaker.ts';
import { aFinish, aProgress, aRelease, hear } from './worker-says.fixture.ts';

const silenceSeconds = 600;
let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start({ GRIFFIN_REPUBLISH_AFTER_SECONDS: String(silenceSeconds) });
  await api.defineTraining();
});
afterAll(() => api.stop());

const caretaker = () => api.app.get(RunCaretaker);
const get = async (id: string) => (await api.call('get', `/api/workflows/${id}`)).body;
const silentFor = async (id: string, seconds: number) =>
  api.database.query(`UPDATE run SET heard_at = now() - $2 * interval '1 second' WHERE id = $1`, [id, seconds]);

it('says again what shall be of runs that nobody spoke of, once, however many look', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 20; count += 1) ids.push((await api.submit()).id);
  for (const id of ids) await silentFor(id, silenceSeconds - 30);
  await caretaker().look();
  for (const id of ids) expect(await api.published(id)).toEqual(['workflow.requested']);
  for (const id of ids) await silentFor(id, silenceSeconds + 1);
  await Promise.all(Array.from({ length: 4 }, () => caretaker().look()));
  for (const id of ids) expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.requested']);
});

it('says again that a run shall end, until the cluster said that nothing of it is left', async () => {
  const { id, spec } = await api.submit();
  await api.call('post', `/api/workflows/${id}/terminate`).send({});
  await silentFor(id, silenceSeconds + 1);
  await caretaker().look();
  const ends = ['workflow.termination-requested', 'workflow.termination-requested'];
  expect(await api.published(id)).toEqual(['workflow.requested', ...ends]);
  await hear(api, aFinish(spec, { exit: 'stopped' }));
  expect(await get(id)).toMatchObject({ state: 'TERMINATED', resources: 'held' });
  await silentFor(id, silenceSeconds + 1);
  await caretaker().look();
  const told = ['workflow.requested', ...ends, 'run.completed', 'workflow.termination-requested'];
  expect(await api.published(id)).toEqual(told);
  await hear(api, aRelease(spec));
  await silentFor(id, silenceSeconds + 1);
  await caretaker().look();
  expect(await api.published(id)).toEqual(told);
  expect(await get(id)).toMatchObject({ state: 'TERMINATED', resources: 'released' });
});

it('has what hangs after its report ended', async () => {
  const { id, spec } = await api.submit();
  const bootId = uuid();
  await api.asRuntime(spec, 'start', { boot_id: bootId });
  await api.asRuntime(spec, 'report', successOf(spec, bootId));
  await silentFor(id, silenceSeconds + 1);
  await caretaker().look();
  const told = ['workflow.requested', 'run.completed', 'workflow.termination-requested'];
  expect(await api.published(id)).toEqual(told);
  await hear(api, aFinish(spec, { exit: 'stopped' }));
  await hear(api, aRelease(spec));
  expect(await get(id)).toMatchObject({ state: 'SUCCEEDED', resources: 'released' });
});

it('takes neither an earlier attempt nor a wish to end for a sign of life', async () => {
  const { id, spec } = await api.submit();
  await hear(api, aFinish(spec, { reason: { code: 'cluster_lost', message: 'Lost.' }, retryable: true }));
  await silentFor(id, silenceSeconds + 1);
  await hear(api, aProgress(spec, {}, 5));
  await caretaker().look();
  expect(await api.published(id)).toEqual(Array.from({ length: 3 }, () => 'workflow.requested'));
  await api.call('post', `/api/workflows/${id}/terminate`).send({});
  await silentFor(id, silenceSeconds + 1);
  await api.call('post', `/api/workflows/${id}/terminate`).send({});
  await caretaker().look();
  expect((await api.published(id)).at(-1)).toBe('workflow.termination-requested');
  expect(await api.published(id)).toHaveLength(5);
});

it('ends a run whose time is up: FAILED run_timeout, once nothing of it is left', async () => {
  const { id, spec } = await api.submit({ limits: { run_timeout_seconds: 1 } });
  await api.asRuntime(spec, 'start', { boot_id: uuid() });
  await api.database.query(`UPDATE run SET deadline_at = now() - interval '1 second' WHERE id = $1`, [id]);
  await Promise.all([caretaker().look(), caretaker().look()]);
  const ending = await get(id);
  expect(ending).toMatchObject({ state: 'TERMINATING', is_terminal: false, reason: { code: 'run_timeout' } });
  await hear(api, aFinish(spec, { exit: 'stopped' }));
  expect(await get(id)).toMatchObject({ state: 'FAILED', reason: { code: 'run_timeout' }, retryable: false });
  expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.termination-requested', 'run.completed']);
});
