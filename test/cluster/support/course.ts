import { expect } from 'vitest';
import type { Definition, Run } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { PlatformOnFakeNodes, Shape } from './platform-on-fake-nodes.ts';
import type { KilledWorker, Passage } from './killed-worker.ts';

/** Longer than anything takes that goes on at all. */
const patience = { timeoutMs: 60_000, intervalMs: 250 };

/** All that there is of a run whose pods run. */
const whole = {
  RayJob: { RayJob: 1, RayCluster: 1, Pod: 2, Secret: 1 },
  Job: { Job: 1, Pod: 1, Secret: 1 },
};

/** Has a run of the definition made until its pods run, and removed until nothing is left, and expects it all just once. */
export async function course(platform: PlatformOnFakeNodes, shape: Shape, definition: Definition): Promise<void> {
  const run = await platform.submit(definition);
  await eventually(() => expectRunning(platform, shape, run), patience);
  await terminate(platform, run);
  await eventually(() => expectNothingLeft(platform, run), patience);
}

/** The same, while the worker dies once, at the passage. */
export async function courseWithDeath(
  platform: PlatformOnFakeNodes,
  shape: Shape,
  definition: Definition,
  worker: KilledWorker,
  passage: Passage,
): Promise<void> {
  await worker.arm(passage);
  const run = await platform.submit(definition);
  const diedWhileMaking = await eventually(async () => {
    if (worker.diedAt(passage)) return true;
    await expectRunning(platform, shape, run);
    return false;
  }, patience);
  if (diedWhileMaking) await worker.replace();
  await eventually(() => expectRunning(platform, shape, run), patience);
  await terminate(platform, run);
  if (!diedWhileMaking) {
    await eventually(() => expect(worker.diedAt(passage), 'the point was passed').toBe(true), patience);
    await worker.replace();
  }
  await eventually(() => expectNothingLeft(platform, run), patience);
}

/** That all of it is there, once, that its pods run, and that the secret is the job's. */
async function expectRunning({ api, objects }: PlatformOnFakeNodes, shape: Shape, { id }: Run): Promise<void> {
  expect(await objects.count(id)).toEqual(whole[shape]);
  for (const pod of await objects.pods(id)) expect(pod.status?.phase).toBe('Running');
  const [[job], [secret]] = [await objects.ofRun(shape, id), await objects.ofRun('Secret', id)];
  expect(secret?.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([job?.metadata?.uid]);
  expect(await api.get<Run>(`/api/workflows/${id}`)).toMatchObject({ attempt: 1, is_terminal: false });
}

async function terminate({ api }: PlatformOnFakeNodes, { id }: Run): Promise<void> {
  await api.post(`/api/workflows/${id}/terminate`, { reason: 'seen enough' });
}

async function expectNothingLeft({ api, objects }: PlatformOnFakeNodes, { id }: Run): Promise<void> {
  const run = await api.get<Run>(`/api/workflows/${id}`);
  expect(run).toMatchObject({ state: 'TERMINATED', resources: 'released', attempt: 1 });
  expect(await objects.count(id)).toEqual({});
}
