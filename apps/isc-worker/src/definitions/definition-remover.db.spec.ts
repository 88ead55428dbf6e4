import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import { ClusterUnreachable } from '../backend/cluster-backend.ts';
import { aCause, aWorker, settle, type Worker } from '../workloads/worker.fixtures.ts';
import { DefinitionRemover } from './definition-remover.ts';

let worker: Worker;
let remover: DefinitionRemover;
beforeEach(async () => {
  worker = await aWorker();
  remover = new DefinitionRemover(worker.definitions, worker.cluster);
});
afterEach(() => worker.close());

const deleted = (id: string) => worker.database.transaction('deletion.accept', (tx) => worker.definitions.add(tx, id));
const removedAt = async (id: string) => {
  const [row] = await worker.database.manager.query('SELECT removed_at FROM deleted_definition WHERE id = $1', [id]);
  return row?.removed_at as Date | null | undefined;
};

async function request() {
  const spec = aRunSpec();
  const wish = { runId: spec.run_id, attempt: 1, projectId: spec.project_id, causedBy: aCause(), spec };
  await worker.database.transaction('request.accept', (tx) => worker.workloads.wantPresent(tx, wish));
  return { spec, wish };
}

it('has the cluster remove a definition until nothing is left, and then no more', async () => {
  const id = randomUUID();
  const removal = vi.spyOn(worker.cluster, 'removeDefinition').mockResolvedValueOnce(false);
  await deleted(id);
  await deleted(id);
  await remover.look();
  expect(await removedAt(id)).toBeNull();
  await remover.look();
  expect(await removedAt(id)).toBeInstanceOf(Date);
  await remover.look();
  expect(removal.mock.calls).toEqual([[id], [id]]);
});

it('comes back later when the cluster does not answer', async () => {
  const id = randomUUID();
  const removal = vi.spyOn(worker.cluster, 'removeDefinition').mockRejectedValueOnce(new ClusterUnreachable('away'));
  await deleted(id);
  await remover.look();
  await remover.look();
  expect(removal).toHaveBeenCalledOnce();
  await worker.database.manager.query('UPDATE deleted_definition SET due_at = now()');
  await remover.look();
  expect(await removedAt(id)).toBeInstanceOf(Date);
});

it('of two workers, one is at it', async () => {
  const id = randomUUID();
  const removal = vi.spyOn(worker.cluster, 'removeDefinition');
  await deleted(id);
  await Promise.all([remover.look(), new DefinitionRemover(worker.definitions, worker.cluster).look()]);
  expect(removal).toHaveBeenCalledOnce();
});

it('refuses an attempt that is requested when its definition is no more', async () => {
  const { spec, wish } = await request();
  await deleted(spec.definition.id);
  await settle(worker);
  expect(worker.cluster.made).toEqual([]);
  const [row] = await worker.database.transaction('workload.record', (tx) => worker.repository.lockRun(tx, wish.runId));
  expect(row).toMatchObject({
    phase: 'finished',
    outcome: { reason: { code: 'definition_deleted' }, retryable: false },
  });
});

it('is not done while an attempt of the definition is not over', async () => {
  const { spec } = await request();
  await settle(worker);
  await deleted(spec.definition.id);
  await remover.look();
  expect(await removedAt(spec.definition.id)).toBeNull();
  const end = { kind: 'ended', exit: 'succeeded', exitCode: 0, reason: null, logTail: null, left: 'nothing' } as const;
  worker.cluster.set({ runId: spec.run_id, attempt: 1 }, end);
  await settle(worker);
  await remover.look();
  expect(await removedAt(spec.definition.id)).toBeInstanceOf(Date);
});
