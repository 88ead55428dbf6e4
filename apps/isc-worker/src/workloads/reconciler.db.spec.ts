import { randomUUID } from 'node:crypto';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import type { AttemptRef } from '../backend/attempt.ts';
import { Alarm } from './alarm.ts';
import { Reconciler } from './reconciler.ts';
import { aCause, aWorker, type Worker } from './worker.fixtures.ts';

/** Never rings by itself. */
class StillAlarm extends Alarm {
  override ringIn(): void {}
}

let worker: Worker;
beforeEach(async () => {
  worker = await aWorker();
});
afterEach(() => worker.close());

async function request(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const spec = aRunSpec();
    const wish = { runId: spec.run_id, attempt: 1, projectId: spec.project_id, causedBy: aCause(), spec };
    await worker.database.transaction('request.accept', (tx) => worker.workloads.wantPresent(tx, wish));
  }
}

it('takes up what is due as soon as other work ends, and never more at once than it may', async () => {
  let [atWork, most] = [0, 0];
  worker.cluster.onEnsure = async () => {
    most = Math.max(most, (atWork += 1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    atWork -= 1;
  };
  await request(12);
  const reconciler = new Reconciler(worker.another(), worker.cluster, new StillAlarm(), 3);
  reconciler.onApplicationBootstrap();
  // It looks by itself only once a second.
  await eventually(() => expect(worker.cluster.made).toHaveLength(12), { timeoutMs: 2_500 });
  await reconciler.beforeApplicationShutdown();
  expect(most).toBe(3);
});

it('looks together at what changes together', async () => {
  const reconciliation = worker.another();
  const made: AttemptRef[][] = [];
  reconciliation.makeDue = async (refs) => void made.push(refs);
  let change: (attempt: AttemptRef) => void = () => undefined;
  worker.cluster.onChange = (listener) => void (change = listener);
  const reconciler = new Reconciler(reconciliation, worker.cluster, new StillAlarm(), 3);
  reconciler.onApplicationBootstrap();
  const [one, other] = [randomUUID(), randomUUID()].map((runId) => ({ runId, attempt: 1 }));
  for (const attempt of [one!, other!, one!]) change(attempt);
  await eventually(() => expect(made).toEqual([[one, other]]));
  change(one!);
  await eventually(() => expect(made).toEqual([[one, other], [one]]));
  await reconciler.beforeApplicationShutdown();
});
