import { randomUUID } from 'node:crypto';
import { CoreV1Api, KubeConfig, SchedulingV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Definition, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { fakeNode, onFakeNodes } from '../../dev/cluster/fake-nodes.ts';
import { gpuType, haveFakeNodes } from './support/fake-nodes.ts';
import { noSuchImage } from './support/platform-on-cluster.ts';
import { type PlatformOnFakeNodes, type Shape, startOnFakeNodes } from './support/platform-on-fake-nodes.ts';

const cluster = await testCluster();
const startDeadlineSeconds = 30;
const patience = { timeoutMs: 180_000, intervalMs: 250 };
const onNoNode = { resources: { memory_gib: 4000 } };
const noneOf = (resource: string) => ({ quota: { hard: { [resource]: '0' } } });

/** Runs that do nothing: they wait until their start's deadline, or are on nodes that only seem to run them. */
describe.runIf(cluster.available && cluster.hostAddress !== '')('a run on Kubernetes says why', () => {
  let on: PlatformOnFakeNodes;
  let core: CoreV1Api;
  let scheduling: SchedulingV1Api;
  let hasFakeNodes = false;
  const withdraw: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    scheduling = config.makeApiClient(SchedulingV1Api);
    hasFakeNodes = await haveFakeNodes(cluster, 2);
    on = await startOnFakeNodes(cluster, { GRIFFIN_KUBERNETES_START_DEADLINE_SECONDS: String(startDeadlineSeconds) });
  });
  afterAll(async () => {
    await on?.end();
    await Promise.all(withdraw.map((one) => one()));
  });

  /** What a definition says whose runs shall be on a node that is there for them alone, and goes when the tests end. */
  async function onNodeOfItsOwn(memory: string) {
    const name = `fake-${randomUUID()}`;
    await core.createNode({ body: fakeNode(name, gpuType, memory) });
    withdraw.push(() => core.deleteCollectionNode({ labelSelector: `kubernetes.io/hostname=${name}` }));
    const node_selector = { ...onFakeNodes.node_selector, 'kubernetes.io/hostname': name };
    return { name, placement: { ...onFakeNodes, node_selector } };
  }

  const get = ({ id }: Run) => on.api.get<Run>(`/api/workflows/${id}`);

  async function submit(shape: Shape, more: object, name: string = `of-${randomUUID()}`): Promise<Run> {
    const body = { name, stage: 'prototype', kind: 'custom', runtime: shape, ...more };
    return on.submit(await on.api.post<Definition>('/api/workflow-definitions', body));
  }

  async function evict({ id }: Run): Promise<void> {
    const pod = await on.objects.pod(id, 'container');
    const { name = '', namespace = '' } = pod?.metadata ?? {};
    await core.createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
  }

  const expectSoon = (run: Run, expected: object) =>
    eventually(async () => {
      const now = await get(run);
      expect(now).toMatchObject(expected);
      return now;
    }, patience);

  const expectRunning = (run: Run) => expectSoon(run, { state: 'RUNNING', is_terminal: false });
  const expectFailure = (run: Run, code: string, retryable = true) =>
    expectSoon(run, { state: 'FAILED', attempt: 1, retryable, reason: { code } });

  // The first, as it takes the longest.
  it.concurrent('its pod lost its node', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const { name, placement } = await onNodeOfItsOwn('4Gi');
    const run = await expectRunning(await submit('Job', { placement }));
    await core.deleteNode({ name });
    await expectFailure(run, 'node_lost');
  });

  it.concurrent.for([
    ['Job', 'a quota lets no pod of it in', noneOf('pods'), 'quota_exceeded', true],
    ['RayJob', 'a quota lets no pod of it in', noneOf('pods'), 'quota_exceeded', true],
    ['Job', 'its priority class is unknown', { placement: { priority_class: 'unknown' } }, 'pods_refused', false],
    ['RayJob', 'its priority class is unknown', { placement: { priority_class: 'unknown' } }, 'pods_refused', false],
    ['Job', 'it fits on no node', onNoNode, 'unschedulable', true],
    ['RayJob', 'it fits on no node', onNoNode, 'unschedulable', true],
    ['Job', 'nobody has its image', { runtime: noSuchImage.runtime }, 'image_pull_failed', true],
  ] as const)('a %s does not start: %s', async ([shape, , more, code, retryable]) => {
    const began = performance.now();
    const run = await submit(shape, more);
    // What it waits for is told before it is given up for that.
    await expectSoon(run, { is_terminal: false, reason: { code } });
    await expectFailure(run, code, retryable);
    expect(performance.now() - began).toBeGreaterThan(startDeadlineSeconds * 1000);
  });

  it.concurrent.for([
    ['no-such-role', 'does not exist'],
    ['cluster-admin', "is not the worker's to give away"],
    // It holds all of this one: whoever got it could undo what keeps a namespace safe.
    ['griffin-isc-worker', "is not the worker's to give away"],
  ])('its definition cannot have the role %s', async ([role, why]) => {
    const run = await submit('Job', { authorization: { roles: [role] } });
    const { reason } = await expectFailure(run, 'authorization_refused', false);
    expect(reason?.message).toContain(`'${role}' of the definition (authorization.roles) ${why}`);
  });

  it.concurrent('a quota leaves no room for its Job, and starts when there is some', async () => {
    const name = `of-${randomUUID()}`;
    // A quota that was just made may let the first by.
    const first = await submit('Job', { ...noneOf('count/jobs.batch'), ...onNoNode }, name);
    await expectSoon(first, { reason: { code: expect.stringMatching(/^(quota_exceeded|unschedulable)$/) as string } });
    const waiting = await submit('Job', { ...noneOf('count/jobs.batch'), ...onNoNode }, name);
    await expectSoon(waiting, { is_terminal: false, reason: { code: 'quota_exceeded' } });
    await submit('Job', onNoNode, name);
    await expectSoon(waiting, { attempt: 1, reason: { code: 'unschedulable' } });
  });

  it.concurrent('its pods were evicted, as often as it has attempts', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const run = await submit('Job', { placement: onFakeNodes, limits: { max_attempts: 2 } });
    for (const attempt of [1, 2]) {
      await expectSoon(run, { state: 'RUNNING', attempt });
      await evict(run);
    }
    await expectSoon(run, { state: 'FAILED', attempt: 2, retryable: true, reason: { code: 'evicted' } });
  });

  it.concurrent('its time is up', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const limits = { run_timeout_seconds: 15 };
    const run = await expectRunning(await submit('Job', { placement: onFakeNodes, limits }));
    await expectFailure(run, 'run_timeout', false);
    await expectSoon(run, { resources: 'released' });
  });

  /** It is there for when nobody else ends the run: longer than that may take, and with it more than a test waits. */
  it.concurrent.for(['Job', 'RayJob'] as const)('the deadline of its %s has passed', async (shape, { skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const run = await submit(shape, { placement: onFakeNodes });
    await expectSoon(run, { state: shape === 'Job' ? 'RUNNING' : 'PROVISIONING' });
    await on.objects.change(shape, run.id, { activeDeadlineSeconds: 1 });
    await expectFailure(run, 'run_timeout', false);
  });

  it.concurrent.for(['Job', 'RayJob'] as const)('somebody deleted its %s', async (shape, { skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const run = await submit(shape, { placement: onFakeNodes });
    await expectSoon(run, { state: shape === 'Job' ? 'RUNNING' : 'PROVISIONING' });
    const [made] = await on.objects.ofRun(shape, run.id);
    await on.objects.delete(made!);
    await expectFailure(run, 'objects_deleted');
  });

  it.concurrent('KubeRay does not take its RayJob', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const run = await submit('RayJob', { placement: onFakeNodes });
    await expectSoon(run, { state: 'PROVISIONING' });
    // Together with the time that its cluster is kept this makes no sense to KubeRay.
    await on.objects.change('RayJob', run.id, { shutdownAfterJobFinishes: false });
    const { reason } = await expectFailure(run, 'manifest_refused', false);
    expect(reason?.message).toMatch(/^KubeRay refused the RayJob: .*shutdownAfterJobFinishes/);
  });

  it.concurrent('its Ray head never answers', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    await expectFailure(await submit('RayJob', { placement: onFakeNodes }), 'start_deadline_exceeded');
  });

  it.concurrent('its pod made room for one of a higher priority', async ({ skip }) => {
    skip(!hasFakeNodes, 'this cluster has no nodes of KWOK');
    const name = `griffin-first-${randomUUID()}`;
    await scheduling.createPriorityClass({ body: { metadata: { name }, value: 1_000 } });
    withdraw.push(() => scheduling.deletePriorityClass({ name }));
    const { placement } = await onNodeOfItsOwn('4Gi');
    const resources = { memory_gib: 3 };
    const run = await expectRunning(await submit('Job', { placement, resources }));
    const first = await submit('Job', { placement: { ...placement, priority_class: name }, resources });
    await expectFailure(run, 'preempted');
    await expectRunning(first);
  });
});
