import { Database } from '@griffin/database';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { OwnerLeaseRepository } from './owner-lease.repository.ts';
import { OwnerLeases } from './owner-leases.service.ts';
import { RunCaretaker } from './run-caretaker.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';
import { aFinish, hear } from './worker-says.fixture.ts';

const leaseSeconds = 600;
/** Another reason to end than the lease. */
const limits = { run_timeout_seconds: 1_000_000 };
let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const anOwner = () => ({ deployment: 'airflow', dag_id: 'nightly', run_id: uuid(), task_id: 'train', epoch: 1 });
const submit = (body: object, key: string = uuid()) =>
  api
    .call('post', '/api/workflows')
    .set('idempotency-key', key)
    .send({ definition: 'train', limits, ...body });
const aLeasedRun = async (more: object = {}) => {
  const body = { owner_ref: anOwner(), on_active_owner: 'attach', owner_lease_seconds: leaseSeconds, ...more };
  const key = uuid();
  const { body: run } = await submit(body, key).expect(201);
  return { id: run.id as string, spec: run.spec, body, key };
};
const status = (runs: object[], token?: string) =>
  api.call('post', '/api/workflows/status', token).send({ runs }).expect(200);
const get = async (id: string) => (await api.call('get', `/api/workflows/${id}`)).body;
const askedAgo = (id: string, seconds: number) =>
  api.database.query(`UPDATE run SET owner_lease_until = owner_lease_until - $2 * interval '1 second' WHERE id = $1`, [
    id,
    seconds,
  ]);
/** The seconds for which it is written down that the lease goes on. */
const left = async (id: string): Promise<number> => {
  const sql = 'SELECT extract(epoch FROM owner_lease_until - now())::float AS left FROM run WHERE id = $1';
  return (await api.database.query(sql, [id])).rows[0].left;
};
const isWhole = (seconds: number) => seconds > leaseSeconds && seconds <= leaseSeconds * 1.1 + 1;

/** One more replica, whose clock is the test's, and which has looked each few seconds since it began. */
class Replica {
  readonly #caretaker: RunCaretaker;
  #now = Date.now();

  constructor() {
    const given = [Database, RunRepository, RunLife, OwnerLeases] as const;
    const [database, runs, life, leases] = given.map((type) => api.app.get<never>(type));
    this.#caretaker = new RunCaretaker(database!, runs!, life!, leases!, 1e9);
  }

  look(): Promise<void> {
    return this.#caretaker.look(new Date(this.#now));
  }

  async listen(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    for (await this.look(); this.#now < end; await this.look()) this.#now = Math.min(this.#now + 15_000, end);
  }

  sleep(seconds: number): void {
    this.#now += seconds * 1000;
  }

  /** Of a test that needs no more than the end of a long time. */
  static async thatListened(): Promise<Replica> {
    const replica = new Replica();
    replica.#now -= leaseSeconds * 1000;
    await replica.listen(leaseSeconds);
    return replica;
  }
}

describe('a lease', () => {
  it('is not there unless it is wished, and lets a run without it be', async () => {
    const { body: run } = await submit({ owner_ref: anOwner() }).expect(201);
    expect(run.owner_lease_seconds).toBeNull();
    await status([{ id: run.id, renew_lease: true }]);
    await new Replica().listen(leaseSeconds * 2);
    expect(await get(run.id)).toMatchObject({ state: 'REQUESTED', owner_lease_seconds: null });
  });

  it('that is over ends the run, which may be submitted anew', async () => {
    const { id, spec, body } = await aLeasedRun();
    const replica = await Replica.thatListened();
    replica.sleep(10);
    await askedAgo(id, leaseSeconds * 1.1);
    await replica.look();
    const reason = { code: 'owner_lost', message: expect.stringContaining(`${leaseSeconds} seconds`) };
    expect(await get(id)).toMatchObject({ state: 'TERMINATING', reason, owner_lease_seconds: leaseSeconds });
    const { rows } = await api.database.query('SELECT caused_by FROM run_history WHERE run_id = $1 ORDER BY revision', [
      id,
    ]);
    expect(rows.at(-1)).toEqual({ caused_by: 'owner-lease' });
    await hear(api, aFinish(spec, { exit: 'stopped' }));
    expect(await get(id)).toMatchObject({ state: 'TERMINATED', reason, retryable: true });
    expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.termination-requested', 'run.completed']);
    const retry = await submit({ ...body, owner_ref: { ...body.owner_ref, epoch: 2 } }).expect(201);
    expect(retry.body.id).not.toBe(id);
  });

  it('that is over ends the run once, however many look, and none that is ending', async () => {
    const [{ id }, ending] = [await aLeasedRun(), await aLeasedRun()];
    await api.call('post', `/api/workflows/${ending.id}/terminate`).send({}).expect(202);
    const replicas = await Promise.all([Replica.thatListened(), Replica.thatListened()]);
    for (const run of [id, ending.id]) await askedAgo(run, leaseSeconds * 1.2);
    await Promise.all(replicas.map((replica) => replica.look()));
    expect(await api.published(id)).toEqual(['workflow.requested', 'workflow.termination-requested']);
    expect(await get(id)).toMatchObject({ reason: { code: 'owner_lost' }, revision: 2 });
    expect(await get(ending.id)).toMatchObject({ reason: { code: 'terminated' }, revision: 2 });
  });

  it('is never shorter than it says, and a tenth longer at most', async () => {
    const { id } = await aLeasedRun();
    await askedAgo(id, leaseSeconds * 0.09);
    const written = await left(id);
    // Asked for now: it is not written, and need not be.
    await status([{ id, renew_lease: true }]);
    expect(Math.abs((await left(id)) - written)).toBeLessThan(5);
    const replica = new Replica();
    await replica.listen(leaseSeconds - 1);
    expect((await get(id)).state).toBe('REQUESTED');
    await replica.listen(leaseSeconds * 0.1);
    expect((await get(id)).reason.code).toBe('owner_lost');
  });

  it('of an owner that nobody named is refused, and says what to do', async () => {
    const refused = await submit({ owner_lease_seconds: 60 }).expect(422);
    const message = expect.stringContaining('owner_ref');
    expect(refused.body.errors).toEqual([{ pointer: '/owner_lease_seconds', code: 'owner_missing', message }]);
  });

  it.each([59, 2_592_001, 60.5, '60', null])('of %s seconds is refused', async (owner_lease_seconds) => {
    const refused = await submit({ owner_ref: anOwner(), owner_lease_seconds }).expect(422);
    expect(refused.body.errors[0].pointer).toBe('/owner_lease_seconds');
  });
});

describe('a renewal', () => {
  it('is by a request for the status, and changes nothing else of the run', async () => {
    const { id } = await aLeasedRun();
    const before = await get(id);
    await askedAgo(id, leaseSeconds);
    const { body: unasked } = await status([{ id, etag: '"1"' }]);
    expect(await left(id)).toBeLessThan(leaseSeconds / 2);
    const { body: news } = await status([{ id, etag: '"1"', renew_lease: true }]);
    expect(await left(id)).toSatisfy(isWhole);
    expect([unasked.items, news.items, await get(id)]).toEqual([[], [], before]);
  });

  it('is of those that are marked, in one write each that is needed', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => aLeasedRun()));
    const [recent, marked, unmarked] = [runs.slice(0, 2), runs.slice(2, 4), runs.slice(4)];
    for (const { id } of [...marked, ...unmarked]) await askedAgo(id, leaseSeconds / 2);
    const written = async (of: typeof runs) =>
      (await api.database.query('SELECT id, xmin::text FROM run WHERE id = ANY ($1)', [of.map(({ id }) => id)])).rows;
    const before = { recent: await written(recent), marked: await written(marked), unmarked: await written(unmarked) };
    await status([...recent, ...marked].map(({ id }) => ({ id, renew_lease: true })));
    await status(unmarked.map(({ id }) => ({ id, renew_lease: false })));
    expect(await written(recent)).toEqual(before.recent);
    expect(await written(unmarked)).toEqual(before.unmarked);
    const after = await written(marked);
    expect(after).not.toEqual(before.marked);
    expect(new Set(after.map(({ xmin }) => xmin)).size).toBe(1);
  });

  it('is not for other projects', async () => {
    const { id } = await aLeasedRun();
    await askedAgo(id, leaseSeconds / 2);
    const { body } = await status([{ id, renew_lease: true }], await api.anotherProject());
    expect(body.items).toEqual([]);
    expect(await left(id)).not.toSatisfy(isWhole);
  });

  it("is by a submission of the owner that attaches or is replayed, and the lease stays the run's own", async () => {
    const { id, body, key } = await aLeasedRun();
    await askedAgo(id, leaseSeconds / 2);
    const replayed = await submit({ ...body, owner_ref: { ...body.owner_ref, epoch: 2 } }, key).expect(200);
    expect([replayed.headers['idempotency-replayed'], replayed.body.id]).toEqual(['true', id]);
    expect(await left(id)).toSatisfy(isWhole);
    await askedAgo(id, leaseSeconds / 2);
    const attached = { ...body, owner_ref: { ...body.owner_ref, epoch: 3 }, owner_lease_seconds: 3_600 };
    expect((await submit(attached).expect(200)).body).toMatchObject({ id, owner_lease_seconds: leaseSeconds });
    expect(await left(id)).toSatisfy(isWhole);
  });

  it('of another length is another request', async () => {
    const { body, key } = await aLeasedRun();
    const other = await submit({ ...body, owner_lease_seconds: 3_600 }, key).expect(422);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it('that comes between a look and its transaction is what counts', async () => {
    const { id } = await aLeasedRun();
    const leases = api.app.get(OwnerLeases);
    await askedAgo(id, leaseSeconds * 1.2);
    const now = new Date();
    expect(await leases.lapsed(now, leaseSeconds, 50)).toContain(id);
    await status([{ id, renew_lease: true }]);
    await api.app.get(Database).transaction('run.time-out', (tx) => leases.end(tx, id, now));
    expect((await get(id)).state).toBe('REQUESTED');
  });

  it('of many at once by two that wait for the same waits for none of them', async () => {
    const ids = (await Promise.all(Array.from({ length: 20 }, () => aLeasedRun()))).map(({ id }) => id);
    for (let round = 0; round < 5; round += 1) {
      for (const id of ids) await askedAgo(id, leaseSeconds / 2);
      const asked = [ids, ids.toReversed()].map((some) => status(some.map((id) => ({ id, renew_lease: true }))));
      await Promise.all(asked);
      for (const id of ids) expect(await left(id)).toSatisfy(isWhole);
    }
  });
});

describe('a replica', () => {
  it('ends no lease before it could hear renewals for as long', async () => {
    const { id } = await aLeasedRun();
    await askedAgo(id, leaseSeconds * 10);
    const replica = new Replica();
    await replica.listen(leaseSeconds - 1);
    expect((await get(id)).state).toBe('REQUESTED');
    await replica.listen(1);
    expect(await get(id)).toMatchObject({ state: 'TERMINATING', reason: { code: 'owner_lost' } });
  });

  it('begins anew where a renewal could not be written down', async () => {
    const { id } = await aLeasedRun();
    const replica = await Replica.thatListened();
    const writing = vi
      .spyOn(api.app.get(OwnerLeaseRepository), 'renew')
      .mockRejectedValueOnce(new Error('The disk is full.'));
    await api
      .call('post', '/api/workflows/status')
      .send({ runs: [{ id, renew_lease: true }] })
      .expect(500);
    writing.mockRestore();
    await askedAgo(id, leaseSeconds * 1.1);
    replica.sleep(10);
    await replica.look();
    expect(await get(id)).toMatchObject({ state: 'REQUESTED' });
    await replica.listen(leaseSeconds);
    expect(await get(id)).toMatchObject({ state: 'TERMINATING' });
  });

  it('is no listening where the database takes nothing', async () => {
    const looked = api.app.get(Database).transaction('run.time-out', async (tx) => {
      await tx.query('SET TRANSACTION READ ONLY');
      return api.app.get(OwnerLeaseRepository).lapsed(tx, new Date(), leaseSeconds, 1);
    });
    await expect(looked).rejects.toThrow('read-only transaction');
  });

  it('begins anew where it could not look, or stood still', async () => {
    const { id } = await aLeasedRun();
    await askedAgo(id, leaseSeconds * 10);
    const replica = new Replica();
    await replica.listen(leaseSeconds - 1);
    await api.database.query('ALTER TABLE run RENAME TO away');
    await expect(replica.look()).rejects.toThrow('run" does not exist');
    await api.database.query('ALTER TABLE away RENAME TO run');
    await replica.listen(leaseSeconds - 1);
    replica.sleep(60);
    await replica.listen(leaseSeconds - 1);
    expect((await get(id)).state).toBe('REQUESTED');
    await replica.listen(1);
    expect(await get(id)).toMatchObject({ state: 'TERMINATING', reason: { code: 'owner_lost' } });
  });
});
