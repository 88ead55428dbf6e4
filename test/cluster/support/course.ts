import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import type { Definition, Run } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { priority } from './definition-needs.ts';
import { onFakeNodes } from '../../../dev/cluster/fake-nodes.ts';
import { gpuType, gpuTypeOf } from './fake-nodes.ts';
import type { PlatformOnFakeNodes, Shape } from './platform-on-fake-nodes.ts';
import type { KilledWorker, Passage } from './killed-worker.ts';

/** Longer than anything takes that goes on at all. */
const patience = { timeoutMs: 60_000, intervalMs: 250 };

/** All that there is of a run whose pods run. */
const whole = {
  RayJob: { RayJob: 1, RayCluster: 1, Pod: 2, Secret: 1, Ingress: 1, Service: 1 },
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

/** That all of it is there, once, that its pods run where they may, and that the secret is the job's. */
async function expectRunning({ api, objects }: PlatformOnFakeNodes, shape: Shape, { id }: Run): Promise<void> {
  // They are the last to be there: it is asked again and again, and for one kind only.
  const pods = await objects.pods(id);
  expect(pods.map(({ status }) => status?.phase)).toEqual(Array.from({ length: whole[shape].Pod }, () => 'Running'));
  expect(await objects.count(id)).toEqual(whole[shape]);
  for (const pod of pods) await expectPlaced(objects, pod);
  const [[job], [secret]] = [await objects.ofRun(shape, id), await objects.ofRun('Secret', id)];
  expect(secret?.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([job?.metadata?.uid]);
  expect(await api.get<Run>(`/api/workflows/${id}`)).toMatchObject({ attempt: 1, is_terminal: false });
}

/** By the scheduler itself: on a fake node, with its priority, and what has a GPU where there are such. */
async function expectPlaced(objects: ClusterObjects, { metadata, spec }: V1Pod): Promise<void> {
  const node = await objects.node(spec?.nodeName ?? '');
  expect(node.metadata?.labels).toMatchObject(onFakeNodes.node_selector);
  expect(spec?.priority).toBe(priority);
  const gpus = spec?.containers.map(({ resources }) => resources?.limits?.['nvidia.com/gpu'] ?? '0');
  const isHead = metadata?.labels?.['griffin.dev/role'] === 'head';
  expect(gpus).toEqual([isHead ? '0' : '1']);
  if (!isHead) expect(gpuTypeOf(node)).toBe(gpuType);
}

async function terminate({ api }: PlatformOnFakeNodes, { id }: Run): Promise<void> {
  await api.post(`/api/workflows/${id}/terminate`, { reason: 'seen enough' });
}

async function expectNothingLeft({ api, objects }: PlatformOnFakeNodes, { id }: Run): Promise<void> {
  const run = await api.get<Run>(`/api/workflows/${id}`);
  expect(run).toMatchObject({ state: 'TERMINATED', resources: 'released', attempt: 1 });
  expect(await objects.count(id)).toEqual({});
}
