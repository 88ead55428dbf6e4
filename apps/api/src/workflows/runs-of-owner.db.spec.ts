import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const train = { deployment: 'airflow', dag_id: 'nightly', run_id: 'monday', task_id: 'train', map_index: -1 };

const submit = async (owner: object) => (await api.submit({ owner_ref: { epoch: 1, ...train, ...owner } })).id;
const list = (query: object, token?: string) => api.call('get', '/api/workflows', token).query(query);

/** The ids that are listed for the parts of an owner. */
async function runsOf(parts: object): Promise<string[]> {
  const query = Object.fromEntries(Object.entries(parts).map(([part, value]) => [`owner_${part}`, value]));
  const { body } = await list(query).expect(200);
  return body.items.map(({ id }: { id: string }) => id);
}

describe('the runs of an owner', () => {
  it('are those that have all the parts that are named, the newest first', async () => {
    const monday = await submit({});
    const tuesday = await submit({ run_id: 'tuesday' });
    const mapped = await submit({ run_id: 'tuesday', map_index: 3 });
    const scored = await submit({ run_id: 'tuesday', task_id: 'score' });
    const elsewhere = await submit({ run_id: 'tuesday', deployment: 'airflow-eu' });
    await submit({ dag_id: 'hourly' });
    await api.submit();

    expect(await runsOf({ dag_id: 'nightly' })).toEqual([elsewhere, scored, mapped, tuesday, monday]);
    expect(await runsOf({ dag_id: 'nightly', deployment: 'airflow' })).toEqual([scored, mapped, tuesday, monday]);
    expect(await runsOf({ dag_id: 'nightly', run_id: 'monday' })).toEqual([monday]);
    expect(await runsOf({ dag_id: 'nightly', task_id: 'train', map_index: -1 })).toEqual([elsewhere, tuesday, monday]);
    expect(await runsOf({ ...train, run_id: 'tuesday' })).toEqual([tuesday]);
    expect(await runsOf({ ...train, run_id: 'tuesday', map_index: 3 })).toEqual([mapped]);
    expect(await runsOf({ ...train, run_id: 'wednesday' })).toEqual([]);
  });

  it('are listed by pages and with the other filters', async () => {
    const owner = { owner_dag_id: 'paged', owner_run_id: 'monday' };
    const ids = [];
    for (const task of ['a', 'b', 'c']) ids.unshift(await submit({ dag_id: 'paged', task_id: task }));
    const first = await list({ ...owner, limit: 2 }).expect(200);
    const second = await list({ ...owner, limit: 2, cursor: first.body.next_cursor }).expect(200);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids);
    expect((await list({ ...owner, state: 'FAILED' }).expect(200)).body.items).toEqual([]);
  });

  it('are those of the own project', async () => {
    await submit({ dag_id: 'private' });
    const { body } = await list({ owner_dag_id: 'private' }, await api.anotherProject()).expect(200);
    expect(body.items).toEqual([]);
  });

  it.each([
    ['a part without its DAG', { owner_task_id: 'train' }, 'owner_dag_id', 'required'],
    ['an empty part', { owner_dag_id: 'nightly', owner_run_id: '' }, 'owner_run_id', 'is_length'],
    ['a part that is too long', { owner_dag_id: 'x'.repeat(251) }, 'owner_dag_id', 'is_length'],
    ['a part that is said twice', { owner_dag_id: ['a', 'b'] }, 'owner_dag_id', 'is_string'],
    ['no index', { owner_dag_id: 'nightly', owner_map_index: 'first' }, 'owner_map_index', 'is_int'],
    ['an index below -1', { owner_dag_id: 'nightly', owner_map_index: -2 }, 'owner_map_index', 'min'],
  ])('are refused for %s', async (_what, query, name, code) => {
    const { body } = await list(query).expect(400);
    expect(body.errors).toMatchObject([{ pointer: `/${name}`, code }]);
  });
});
