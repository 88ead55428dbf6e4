import {
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesObject,
  type V1Pod,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProblem } from '../../dev/demo/client.ts';
import type { Definition, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { type BindableRole, makeBindableRole } from './support/bindable-role.ts';
import { ClusterObjects } from './support/cluster-objects.ts';
import { idle, idleRay, type IdlePlatform, startIdlePlatform } from './support/idle-platform.ts';

const cluster = await testCluster();
const patience = { timeoutMs: 120_000, intervalMs: 100 };
const hold = 'griffin.dev/held-by-a-test';
const leftOverName = 'left-over';

describe.runIf(cluster.available && cluster.hostAddress !== '')('a workflow definition on Kubernetes', () => {
  let on: IdlePlatform;
  let objects: ClusterObjects;
  let admin: KubernetesObjectApi;
  let role: BindableRole;

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    admin = KubernetesObjectApi.makeApiClient(config);
    objects = new ClusterObjects(cluster.kubeconfig);
    role = await makeBindableRole(config, [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
    on = await startIdlePlatform(cluster);
  });
  afterAll(async () => {
    await on?.end();
    await role?.remove();
  });

  const define = (name: string, more: object) =>
    on.api.post<Definition>('/api/workflow-definitions', { ...idle, name, ...more });
  const submit = (definition: string) => on.api.post<Run>('/api/workflows', { definition });
  const remove = ({ name, id }: Definition) => on.api.ask('DELETE', `/api/workflow-definitions/${name}?id=${id}`);
  const of = (kind: string, { id }: Definition) => objects.labelled(kind, `griffin.dev/definition-id=${id}`);
  const soon = <T>(check: () => Promise<T>) => eventually(check, patience);
  const isGone = (kind: string, definition: Definition) =>
    soon(async () => expect((await of(kind, definition)).map(({ metadata }) => metadata?.name)).toEqual([]));

  async function terminate({ id }: Run): Promise<void> {
    await on.api.post(`/api/workflows/${id}/terminate`, {});
    await soon(async () => expect(await on.api.get(`/api/workflows/${id}`)).toMatchObject({ is_terminal: true }));
  }

  const namespaceOf = (definition: Definition) =>
    soon(async () => {
      const [namespace] = await of('Namespace', definition);
      expect(namespace).toBeDefined();
      return namespace!.metadata!;
    });

  const leftJob = async (definition: Definition) => {
    const left = (await of('RayJob', definition)).find(({ metadata }) => metadata?.name === leftOverName);
    expect(left).toBeDefined();
    return left!.metadata!;
  };

  /** Takes only the test's finalizer away: KubeRay has one of its own. */
  const release = (definition: Definition) =>
    soon(async () => {
      const { name, namespace, resourceVersion, finalizers = [] } = await leftJob(definition);
      const metadata = { name, namespace, resourceVersion, finalizers: finalizers.filter((one) => one !== hold) };
      const object = { apiVersion: 'ray.io/v1', kind: 'RayJob', metadata };
      const none = undefined;
      await admin.patch(object, none, none, none, none, PatchStrategy.MergePatch);
    });

  it('that is deleted loses what runs first, and then its namespace', async () => {
    const definition = await define('short-lived', idleRay);
    const run = await submit('short-lived');
    await soon(async () => expect(await objects.count(run.id)).toMatchObject({ RayJob: 1, RayCluster: 1 }));
    const refused = await remove(definition).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiProblem);
    expect(refused).toMatchObject({ status: 409, code: 'in_use' });
    const [job] = await of('RayJob', definition);
    await terminate(run);
    await admin.create(leftOver(job!));
    await soon(async () => expect(await of('Pod', definition)).not.toEqual([]));

    try {
      await remove(definition);
      await soon(async () => expect((await leftJob(definition)).deletionTimestamp).toBeDefined());
      expect((await namespaceOf(definition)).deletionTimestamp).toBeUndefined();
    } finally {
      await release(definition);
    }
    for (const kind of ['RayJob', 'RayCluster', 'Pod', 'Namespace']) await isGone(kind, definition);
  });

  it('whose name is taken again has another namespace', async () => {
    const first = await define('again', {});
    const run = await submit('again');
    const before = await namespaceOf(first);
    await terminate(run);
    await remove(first);
    const second = await define('again', {});
    expect(second.id).not.toBe(first.id);
    const next = await submit('again');
    const after = await namespaceOf(second);
    expect(after.name).not.toBe(before.name);
    await isGone('Namespace', first);
    await terminate(next);
    await remove(second);
    await isGone('Namespace', second);
  });

  it('that changes has its namespace changed with it: what it no longer says is taken away', async () => {
    const said = {
      authorization: { service_account: 'flights', roles: [role.name] },
      quota: { hard: { pods: '7' }, container_max: { memory: '8000Gi' } },
    };
    const own = ['ResourceQuota', 'LimitRange', 'RoleBinding'];
    const definition = await define('changing', said);
    const first = await submit('changing');
    for (const kind of own) await soon(async () => expect(await of(kind, definition)).toHaveLength(1));
    const { name: namespace = '' } = await namespaceOf(definition);
    await expect(admin.create(privilegedPod(namespace), undefined, 'All')).rejects.toThrow(/violates PodSecurity/);
    const [quota] = (await of('ResourceQuota', definition)) as { spec?: object }[];
    expect(quota?.spec).toEqual({ hard: { pods: '7' } });

    await define('changing', { quota: { hard: { pods: '8' } } });
    const second = await submit('changing');
    await isGone('LimitRange', definition);
    await isGone('RoleBinding', definition);
    const [changed] = (await of('ResourceQuota', definition)) as { spec?: object }[];
    expect(changed?.spec).toEqual({ hard: { pods: '8' } });

    await define('changing', {});
    const third = await submit('changing');
    await isGone('ResourceQuota', definition);
    expect((await namespaceOf(definition)).annotations).toMatchObject({ 'griffin.dev/definition-version': '3' });
    for (const run of [first, second, third]) await terminate(run);
    await remove(definition);
    await isGone('Namespace', definition);
  });
});

/** With all that it has of its node an image could leave it. */
function privilegedPod(namespace: string): V1Pod {
  const container = { name: 'container', image: 'any', securityContext: { privileged: true } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'privileged', namespace },
    spec: { containers: [container] },
  };
}

/** Such a job as a crash might leave: no attempt is known to have it. It does not go before its finalizer is taken away. */
function leftOver(job: KubernetesObject & { status?: object }): KubernetesObject {
  const ofRun = new Set(['griffin.dev/run-id', 'griffin.dev/attempt']);
  const {
    status: _,
    metadata,
    ...rest
  } = JSON.parse(JSON.stringify(job), (key, value) => (ofRun.has(key) ? undefined : (value as unknown))) as typeof job;
  const { namespace, labels } = metadata!;
  return { ...rest, metadata: { name: leftOverName, namespace, labels, finalizers: [hold] } };
}
