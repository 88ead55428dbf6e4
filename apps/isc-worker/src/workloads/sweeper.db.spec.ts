import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import { Sweeper } from './sweeper.ts';
import { aCause, aWorker, settle, type Worker } from './worker.fixtures.ts';

let worker: Worker;
beforeEach(async () => {
  worker = await aWorker();
});
afterEach(() => worker.close());

it('removes what is left of attempts that are over, and of no others, of which it tells those that are not known', async () => {
  const warned = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const [over, active] = [aRunSpec(), aRunSpec()];
  for (const spec of [over, active]) {
    const wish = { runId: spec.run_id, attempt: 1, projectId: spec.project_id, causedBy: aCause(), spec };
    await worker.database.transaction('request.accept', (tx) => worker.workloads.wantPresent(tx, wish));
  }
  await settle(worker);
  const end = { kind: 'ended', exit: 'succeeded', exitCode: 0, reason: null, logTail: null, left: 'nothing' } as const;
  worker.cluster.set({ runId: over.run_id, attempt: 1 }, end);
  await settle(worker);
  const removed = vi.spyOn(worker.cluster, 'remove');
  const stranger = { runId: randomUUID(), attempt: 1 };
  worker.cluster.attempts = () => [{ runId: over.run_id, attempt: 1 }, { runId: active.run_id, attempt: 1 }, stranger];
  await new Sweeper(worker.database, worker.repository, worker.cluster).sweep();
  expect(removed.mock.calls.map(([attempt]) => attempt.runId)).toEqual([over.run_id]);
  expect(warned.mock.calls).toEqual([[expect.objectContaining({ run_id: stranger.runId, attempt: 1 })]]);
  warned.mockRestore();
});
