import { randomUUID } from 'node:crypto';
import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsNamespace as namespace } from '../../dev/stack/cluster-access.ts';
import { trainingDefinition } from '../../dev/demo/definitions.ts';
import { followRun } from '../../dev/demo/steps/waiting.ts';
import type { Definition, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { filesWith } from '../e2e/support/files-with.ts';
import { submit } from '../e2e/support/small-training.ts';
import { variablesIn } from './support/in-pod.ts';
import { endless, oneWorker, type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';

const cluster = await testCluster();
/** Ray's workers inherit from the raylet. They themselves write their titles over what Linux shows of their environment. */
const processes = [
  ['head', 'griffin_runtimes.launch'],
  ['head', 'griffin_runtimes.run'],
  ['worker', '/raylet'],
] as const;
const patience = { timeoutMs: 120_000, intervalMs: 250 };
const over = (run: Run) => run.is_terminal;

/** Fits on no node: what its pods would get can be seen at once, and nothing needs to run. */
const enormous = { resources: { ...oneWorker, memory_gib: 4000 } };

describe.runIf(cluster.available && cluster.hostAddress !== '')('secrets on Kubernetes', () => {
  const [secret, forbidden] = [`hub-${randomUUID()}`, `others-${randomUUID()}`];
  const [first, second] = [`first-${randomUUID()}`, `second-${randomUUID()}`];
  let on: PlatformOnCluster;
  let core: CoreV1Api;
  let definition: Definition;
  /** The run that got them. */
  let trained: Run | undefined;

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    on = await startOnCluster(cluster);
    await keep(secret, 'elsewhere, default', first);
    await keep(forbidden, 'elsewhere', first);
    definition = await define('train-with-secrets', [{ env: 'HF_TOKEN', secret, key: 'token' }]);
  });

  afterAll(async () => {
    await on?.end();
    for (const name of [secret, forbidden]) await core?.deleteNamespacedSecret({ name, namespace });
  });

  async function keep(name: string, projects: string, token: string): Promise<void> {
    const metadata = { name, annotations: { 'griffin.dev/projects': projects } };
    await core.createNamespacedSecret({ namespace, body: { metadata, stringData: { token } } });
  }

  function define(name: string, secrets: object[]): Promise<Definition> {
    const base = trainingDefinition(on.small.architecture, on.small.flights);
    const env = { COLOUR: 'blue', SHAPE: 'round' };
    return on.platform.scene.api.post('/api/workflow-definitions', { ...base, ...endless, name, env, secrets });
  }

  const submitted = (by: Definition, more: object = {}) =>
    submit(on.platform.scene, by, { resources: oneWorker, ...more });

  async function end(run: Run): Promise<void> {
    const { scene } = on.platform;
    await scene.api.post(`/api/workflows/${run.id}/terminate`, { reason: 'seen enough' });
    await followRun(scene, run.id, over);
    await eventually(async () => expect(await on.objects.count(run.id)).toEqual({}), patience);
  }

  /** What the containers of a pod take from objects, the later before the earlier. */
  async function givenTo(pod: V1Pod): Promise<Record<string, string>> {
    const variables: Record<string, string> = {};
    const place = pod.metadata!.namespace!;
    for (const { configMapRef, secretRef } of pod.spec!.containers[0]!.envFrom ?? []) {
      if (configMapRef) {
        Object.assign(
          variables,
          (await core.readNamespacedConfigMap({ name: configMapRef.name!, namespace: place })).data,
        );
      }
      const { data = {} } = secretRef
        ? await core.readNamespacedSecret({ name: secretRef.name!, namespace: place })
        : {};
      for (const [name, value] of Object.entries(data)) variables[name] = Buffer.from(value, 'base64').toString();
    }
    return variables;
  }

  it('reach the launcher, the driver and the Ray workers of a training, with the environment that its definition and it say', async () => {
    const run = await submitted(definition, { env: { SHAPE: 'square' } });
    await followRun(on.platform.scene, run.id, ({ state }) => state === 'RUNNING');
    const expected = { HF_TOKEN: first, COLOUR: 'blue', SHAPE: 'square' };
    const names = Object.keys(expected);
    await eventually(async () => {
      for (const [role, command] of processes) {
        const pod = await on.objects.pod(run.id, role);
        expect(await variablesIn(cluster.kubeconfig, pod!, command, names), command).toContainEqual(expected);
      }
    }, patience);
    await end(run);
    trained = run;
  });

  it('are in no answer, event, log or file', async () => {
    expect(trained).toBeDefined();
    const { stack, scene } = on.platform;
    const values = [first, Buffer.from(first).toString('base64')];
    expect(await filesWith(stack.state.root, values)).toEqual([]);
    const { items } = await scene.api.get<{ items: Run[] }>('/api/workflows?limit=100');
    const paths = ['/api/events?limit=200', '/api/workflow-definitions/train-with-secrets'];
    for (const path of [...paths, ...items.map(({ id }) => `/api/workflows/${id}`)]) {
      const answer = JSON.stringify(await scene.api.get(path));
      for (const value of values) expect(answer, path).not.toContain(value);
    }
  });

  it('that were changed reach the next run, and no run that is there already', async () => {
    const before = await submitted(definition, enormous);
    const head = await eventually(async () => {
      const pod = await on.objects.pod(before.id, 'head');
      expect(pod).toBeDefined();
      return pod!;
    }, patience);
    const source = await core.readNamespacedSecret({ name: secret, namespace });
    const data = { token: Buffer.from(second).toString('base64') };
    await core.replaceNamespacedSecret({ name: secret, namespace, body: { ...source, data } });
    const after = await submitted(definition, enormous);
    const next = await eventually(async () => {
      const pod = await on.objects.pod(after.id, 'head');
      expect(pod).toBeDefined();
      return pod!;
    }, patience);
    expect(await givenTo(next)).toMatchObject({ HF_TOKEN: second, COLOUR: 'blue', GRIFFIN_RUN_ID: after.id });
    expect(await givenTo(head)).toMatchObject({ HF_TOKEN: first, COLOUR: 'blue', GRIFFIN_RUN_ID: before.id });
    for (const run of [before, after]) await end(run);
  });

  it.each([
    ['is not there', () => ({ secret: 'nobody-has-it', key: 'token' }), "no secret 'nobody-has-it'"],
    ['lacks the key', () => ({ secret, key: 'nokey' }), "no key 'nokey'"],
    [
      'is not allowed to the project',
      () => ({ secret: forbidden, key: 'token' }),
      'not allowed to the project default',
    ],
  ])('of which one %s: the run says so, and is not tried again', async (what, reference, message) => {
    const name = `no-${what.replaceAll(' ', '-')}`;
    const run = await submitted(await define(name, [{ env: 'HF_TOKEN', ...reference() }]));
    const failed = await followRun(on.platform.scene, run.id, over);
    expect(failed).toMatchObject({ state: 'FAILED', attempt: 1, reason: { code: 'secret_unavailable' } });
    expect(failed.reason?.message).toContain(message);
    expect(await on.objects.count(run.id)).toEqual({});
  });
});
