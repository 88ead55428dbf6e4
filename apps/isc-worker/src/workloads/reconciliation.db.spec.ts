import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eventually } from '@griffin/testing';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import { AttemptDelayed, AttemptRefused, ClusterUnreachable } from '../backend/cluster-backend.ts';
import { maxFailures } from './domain/reconcile.ts';
import { aCause, aWorker, settle, type Worker } from './worker.fixtures.ts';

let worker: Worker;
beforeEach(async () => {
  worker = await aWorker();
});
afterEach(() => worker.close());

async function request(count = 1) {
  const specs = Array.from({ length: count }, () => aRunSpec({ env: { COLOUR: 'blue', GRIFFIN_RUN_ID: 'forged' } }));
  for (const spec of specs) {
    const wish = { runId: spec.run_id, attempt: 1, projectId: spec.project_id, causedBy: aCause(), spec };
    await worker.database.transaction('request.accept', (tx) => worker.workloads.wantPresent(tx, wish));
  }
  return specs.map((spec) => ({ runId: spec.run_id, attempt: 1 }));
}

const told = async () =>
  (await worker.events()).map(({ type, data }) => [type, data.phase ?? data.exit ?? data.dashboard_url]);
const finish = (attempt: { runId: string; attempt: number }) =>
  worker.cluster.set(attempt, {
    kind: 'ended',
    exit: 'succeeded',
    exitCode: 0,
    reason: null,
    logTail: null,
    left: 'nothing',
  });

it('brings an attempt to its end and tells each step once', async () => {
  const [attempt] = await request();
  await settle(worker);
  if (attempt) finish(attempt);
  await settle(worker);
  expect(await told()).toEqual([
    ['cluster.ready', 'http://127.0.0.1:8265'],
    ['attempt.progressed', 'running'],
    ['attempt.finished', 'succeeded'],
    ['attempt.released', undefined],
  ]);
  const revisions = (await worker.events()).map(({ revision }) => revision);
  expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));
  expect(new Set(revisions).size).toBe(revisions.length);
});

it('holds on to an attempt that is over until nothing of it is left, and asks for that meanwhile', async () => {
  const [attempt] = await request();
  await settle(worker);
  const ended = { kind: 'ended', exit: 'succeeded', exitCode: 0, reason: null, logTail: null } as const;
  const removed = vi.spyOn(worker.cluster, 'remove').mockResolvedValue();
  worker.cluster.set(attempt!, { ...ended, left: 'objects' });
  await settle(worker);
  expect((await told()).at(-1)).toEqual(['attempt.finished', 'succeeded']);
  expect(removed.mock.calls.length).toBeGreaterThan(1);
  const { finishedAt, ...over } = await worker.repository.get(worker.database.manager, attempt!);
  expect(over).toMatchObject({ phase: 'releasing', releasedAt: null });
  worker.cluster.set(attempt!, { ...ended, left: 'nothing' });
  await settle(worker);
  expect((await worker.events()).slice(-2).map(({ type }) => type)).toEqual(['attempt.finished', 'attempt.released']);
  const last = await worker.repository.get(worker.database.manager, attempt!);
  expect(last).toMatchObject({ phase: 'finished', finishedAt });
  expect(last.releasedAt?.getTime()).toBeGreaterThanOrEqual(finishedAt!.getTime());
});

it('gives the processes their environment, which no user can forge, and the token that only they get', async () => {
  const [attempt] = await request();
  await settle(worker);
  const environment = worker.cluster.environments.get(`${attempt?.runId}-1`);
  expect(environment).toMatchObject({ COLOUR: 'blue', GRIFFIN_RUN_ID: attempt?.runId, GRIFFIN_ATTEMPT: '1' });
  expect(environment?.GRIFFIN_RUN_TOKEN).toMatch(/^eyJ/);
  expect(environment).not.toHaveProperty('GRIFFIN_S3_SECRET_KEY');
  expect(JSON.stringify(await worker.events())).not.toContain('eyJ');
});

it('never has two replicas at one attempt', async () => {
  const attempts = await request(30);
  const replicas = Array.from({ length: 4 }, () => worker.another());
  const claims = await Promise.all(replicas.map((replica) => replica.claimDue(20)));
  const names = claims.flat().map(({ runId }) => runId);
  expect(names.toSorted()).toEqual(attempts.map(({ runId }) => runId).toSorted());
});

it('makes every attempt once and ends it once, however many replicas race', async () => {
  const attempts = await request(12);
  const replicas = Array.from({ length: 3 }, () => worker.another());
  for (let round = 0; round < 8; round += 1) {
    if (round === 4) attempts.forEach(finish);
    await worker.makeAllDue();
    await Promise.all(
      replicas.map(async (replica) => {
        const claimed = await replica.claimDue(20);
        await Promise.all(claimed.map((attempt) => replica.advance(attempt)));
      }),
    );
  }
  expect(worker.cluster.made).toHaveLength(12);
  const ends = (await worker.events()).filter(({ type }) => type === 'attempt.finished');
  expect(new Set(ends.map(({ subject }) => subject)).size).toBe(12);
  expect(ends).toHaveLength(12);
});

it('goes on where a worker died after it had claimed', async () => {
  await request();
  expect(await worker.another().claimDue(1)).toHaveLength(1);
  const next = worker.another();
  expect(await next.claimDue(1)).toEqual([]);
  await worker.expireLeases();
  await settle(worker, next);
  expect(worker.cluster.made).toHaveLength(1);
});

it('goes on where a worker died while it made the attempt, and what that one still says changes nothing', async () => {
  const [attempt] = await request();
  let goOn = () => {};
  const dead = worker.another();
  worker.cluster.onEnsure = () => new Promise((resolve) => (goOn = resolve));
  const lastWords = dead.claimDue(1).then(([claimed]) => claimed && dead.advance(claimed));
  await eventually(() => expect(worker.cluster.made).toHaveLength(1));
  worker.cluster.onEnsure = async () => undefined;
  await worker.expireLeases();
  const next = worker.another();
  await settle(worker, next);
  if (attempt) finish(attempt);
  await settle(worker, next);
  goOn();
  await lastWords;
  expect(worker.cluster.made).toHaveLength(1);
  expect((await told()).filter(([type]) => type === 'attempt.finished')).toEqual([['attempt.finished', 'succeeded']]);
});

it('makes the rest of what a worker that died left half made', async () => {
  await request();
  const dead = worker.another();
  let begun = 0;
  let goOn = () => {};
  worker.cluster.onEnsure = () => {
    begun += 1;
    return new Promise((resolve) => (goOn = resolve));
  };
  const lastWords = dead.claimDue(1).then(([claimed]) => claimed && dead.advance(claimed));
  await eventually(() => expect(begun).toBe(1));
  worker.cluster.onEnsure = async () => void (begun += 1);
  await worker.expireLeases();
  await settle(worker, worker.another());
  goOn();
  await lastWords;
  expect(begun).toBe(2);
  expect((await told()).at(-1)).toEqual(['attempt.progressed', 'running']);
});

it('gives up on what cannot be made, and says why', async () => {
  worker.cluster.onEnsure = async (attempt) => {
    await worker.cluster.remove(attempt);
    throw new Error('No port is free.');
  };
  await request();
  await settle(worker);
  const reason = { code: 'submission_failed', message: 'No port is free.' };
  expect((await worker.events()).at(-2)).toMatchObject({
    type: 'attempt.finished',
    data: { exit: 'failed', reason, retryable: true },
  });
  expect(worker.cluster.made).toHaveLength(5);
});

it('ends at once what the cluster refuses', async () => {
  const reason = { code: 'resources_unavailable', message: 'Too many CPUs.' };
  worker.cluster.onEnsure = async (attempt) => {
    await worker.cluster.remove(attempt);
    throw new AttemptRefused(reason);
  };
  await request();
  await settle(worker);
  const last = (await worker.events()).at(-2);
  expect(last).toMatchObject({ type: 'attempt.finished', data: { exit: 'failed', reason, retryable: false } });
});

it('waits for a cluster that does not answer, for as long as it takes', async () => {
  worker.cluster.onEnsure = async (attempt) => {
    await worker.cluster.remove(attempt);
    throw new ClusterUnreachable('Kubernetes does not answer.');
  };
  await request();
  await settle(worker);
  const reason = { code: 'cluster_unreachable', message: 'Kubernetes does not answer.' };
  expect((await worker.events()).at(-1)).toMatchObject({ type: 'attempt.progressed', data: { reason } });
  worker.cluster.onEnsure = async () => undefined;
  await settle(worker);
  expect((await told()).at(-1)).toEqual(['attempt.progressed', 'running']);
});

it('waits for room in the cluster, however often there is none', async () => {
  const reason = { code: 'quota_exceeded', message: 'exceeded quota: griffin' };
  worker.cluster.onEnsure = async (attempt) => {
    await worker.cluster.remove(attempt);
    throw new AttemptDelayed(reason);
  };
  await request();
  for (let look = 0; look <= maxFailures; look += 1) await settle(worker);
  expect((await worker.events()).at(-1)).toMatchObject({ type: 'attempt.progressed', data: { reason } });
  worker.cluster.onEnsure = async () => undefined;
  await settle(worker);
  expect((await told()).at(-1)).toEqual(['attempt.progressed', 'running']);
});

it('looks again at once at what changed while it looked', async () => {
  const [attempt] = await request();
  await settle(worker);
  const replica = worker.another();
  const observe = worker.cluster.observe.bind(worker.cluster);
  worker.cluster.observe = async (looked) => {
    const seen = await observe(looked);
    await replica.makeDue([attempt!]);
    return seen;
  };
  await worker.makeAllDue();
  for (const claimed of await replica.claimDue(1)) await replica.advance(claimed);
  expect(await replica.claimDue(1)).toMatchObject([attempt!]);
});

it('does what is wanted by the time that it records what it saw', async () => {
  const [attempt] = await request();
  await settle(worker);
  const reason = { code: 'terminated', message: 'A user ended it.' };
  const observe = worker.cluster.observe.bind(worker.cluster);
  worker.cluster.observe = async (looked) => {
    const seen = await observe(looked);
    const wish = { ...attempt!, projectId: looked.projectId, causedBy: aCause(), reason };
    await worker.database.transaction('termination.accept', (tx) => worker.workloads.wantAbsent(tx, wish));
    return seen;
  };
  await worker.makeAllDue();
  const replica = worker.another();
  for (const claimed of await replica.claimDue(1)) await replica.advance(claimed);
  expect((await told()).at(-1)).toEqual(['attempt.progressed', 'stopping']);
  expect(await worker.repository.get(worker.database.manager, attempt!)).toMatchObject({ desired: 'absent', reason });
});

it('changes nothing once its lease is over and the same worker has claimed the attempt again', async () => {
  await request();
  const replica = worker.another();
  const [first] = await replica.claimDue(1);
  await worker.expireLeases();
  await worker.makeAllDue();
  const [second] = await replica.claimDue(1);
  expect(await replica.advance(first!)).toBeNull();
  expect(worker.cluster.made).toHaveLength(0);
  await replica.advance(second!);
  expect(worker.cluster.made).toHaveLength(1);
});

it('tries again later what could not be made, and not at once', async () => {
  const [attempt] = await request();
  worker.cluster.onEnsure = () => Promise.reject(new Error('No port is free.'));
  const replica = worker.another();
  const [claimed] = await replica.claimDue(1);
  expect(await replica.advance(claimed!)).toBe(1_000);
  const { dueAt } = await worker.repository.get(worker.database.manager, attempt!);
  expect(dueAt.getTime() - Date.now()).toBeGreaterThan(500);
  expect(await replica.claimDue(1)).toEqual([]);
});

it('gathers what changes while an attempt that was just made settles', async () => {
  worker.cluster.settleMs = 60_000;
  const [attempt] = await request();
  const replica = worker.another();
  worker.cluster.onEnsure = () => replica.makeDue([attempt!]);
  const [claimed] = await replica.claimDue(1);
  expect(await replica.advance(claimed!)).toBe(60_000);
  await replica.makeDue([attempt!]);
  expect(await replica.claimDue(1)).toEqual([]);
});

it('takes a look that fails for no more than that', async () => {
  await request();
  await settle(worker);
  worker.cluster.observe = () => Promise.reject(new Error('The network is away.'));
  await settle(worker);
  expect((await told()).map(([, what]) => what)).not.toContain('failed');
});
