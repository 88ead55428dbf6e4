import { randomUUID } from 'node:crypto';
import type { ResolvedRunSpec } from '@griffin/contracts';
import { eventually, testCluster } from '@griffin/testing';
import { CoreV1Api, type V1ConfigMap, type V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAttempt, aRunSpec } from '../backend/attempt.fixtures.ts';
import { batchJob } from '../manifests/batch-job.ts';
import { settings as golden } from '../manifests/manifests.fixtures.ts';
import { namespaceOf } from '../manifests/names.ts';
import { definitionObjects } from '../manifests/namespace.ts';
import { ClusterClient } from './cluster-client.ts';
import { DefinitionEnvironments } from './definition-environments.ts';
import { administrator, readsSecretsIn, worker } from './worker-rights.fixtures.ts';

const cluster = await testCluster();
const longAgo = new Date(Date.now() - 3_600_000).toISOString();

/** With the worker's rights. Nothing runs: the job that takes an environment is suspended. */
describe.runIf(cluster.available)('the environment that attempts of a definition share', () => {
  const suffix = randomUUID().slice(0, 8);
  const settings = { ...golden, installation: `env-${suffix}`, secretsNamespace: `sources-${suffix}` };
  const definitionId = randomUUID();
  const projectId = randomUUID();
  let client: ClusterClient;
  let admin: ClusterClient;
  let core: CoreV1Api;

  const version = (number: number, changed: Partial<ResolvedRunSpec> = {}) =>
    aRunSpec({
      project_id: projectId,
      definition: { id: definitionId, name: 'd', version: number, stage: 'prototype', env: { COLOUR: 'blue' } },
      secrets: [{ env: 'HF_TOKEN', secret: 'huggingface', key: 'token' }],
      ...changed,
    });
  const namespace = namespaceOf(settings.installation, version(1));

  beforeAll(async () => {
    const config = administrator(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    admin = new ClusterClient(config);
    client = new ClusterClient(await worker(cluster.kubeconfig));
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: settings.secretsNamespace } });
    for (const object of readsSecretsIn(settings.secretsNamespace)) await admin.apply(object);
    for (const object of definitionObjects(version(1), settings)) await client.apply(object);
    await keep('first');
  });

  afterAll(async () => {
    for (const name of [namespace, settings.secretsNamespace]) {
      await admin?.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  });

  /** A worker that has just started: it remembers nothing. */
  const ensure = (spec: ResolvedRunSpec) => new DefinitionEnvironments(client, settings).ensure(spec);

  async function keep(token: string): Promise<void> {
    const annotations = { 'griffin.dev/projects': projectId };
    const metadata = { name: 'huggingface', namespace: settings.secretsNamespace, annotations };
    await admin.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token } });
  }

  const secret = (name: string | null | undefined) =>
    admin.get<V1Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name: name! });
  const configMap = (name: string | undefined) =>
    admin.get<V1ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: name! });

  async function tokenIn(name: string | null | undefined): Promise<string> {
    return Buffer.from((await secret(name))?.data?.['HF_TOKEN'] ?? '', 'base64').toString();
  }

  async function unusedForLong(name: string | undefined): Promise<void> {
    const found = await core.readNamespacedConfigMap({ name: name!, namespace });
    found.metadata!.annotations!['griffin.dev/used-at'] = longAgo;
    await core.replaceNamespacedConfigMap({ name: name!, namespace, body: found });
  }

  it('is made once, of what the definition says and what its secrets are, and cannot be changed', async () => {
    const [made, again] = [await ensure(version(1)), await ensure(version(1))];
    expect(again).toEqual(made);
    expect(await configMap(made?.configMap)).toMatchObject({ immutable: true, data: { COLOUR: 'blue' } });
    expect(await secret(made?.secret)).toMatchObject({ immutable: true });
    expect(await tokenIn(made?.secret)).toBe('first');
  });

  it('is another one once a source has changed, and the one before stays as it was', async () => {
    const before = await ensure(version(1));
    await keep('second');
    const after = await ensure(version(1));
    expect(await tokenIn(after?.secret)).toBe('second');
    expect(await tokenIn(before?.secret)).toBe('first');
  });

  it('goes with its secret when another one is made, unless a job has it or somebody took it a moment ago', async () => {
    const [held, fresh, old] = [await ensure(version(2)), await ensure(version(3)), await ensure(version(4))];
    const job = batchJob(anAttempt(version(2)), settings, held);
    await client.apply({ ...job, spec: { ...job.spec!, suspend: true } });
    for (const shared of [held, old]) await unusedForLong(shared?.configMap);
    const latest = await ensure(version(5));
    expect(await configMap(old?.configMap)).toBeUndefined();
    for (const shared of [held, fresh, latest]) expect(await configMap(shared?.configMap)).toBeDefined();
    await eventually(async () => expect(await secret(old?.secret)).toBeUndefined(), { timeoutMs: 60_000 });
    for (const shared of [held, fresh, latest]) expect(await tokenIn(shared?.secret)).toBe('second');
  });

  it('that went can be had again', async () => {
    const gone = await ensure(version(6));
    await unusedForLong(gone?.configMap);
    await ensure(version(7));
    const back = await ensure(version(6));
    expect(back?.configMap).toBe(gone?.configMap);
    expect(back?.secret).not.toBe(gone?.secret);
    await eventually(async () => expect(await secret(gone?.secret)).toBeUndefined(), { timeoutMs: 60_000 });
    expect(await tokenIn(back?.secret)).toBe('second');
  });

  it('has no secret where the definition refers to none, and is none where it says nothing', async () => {
    const { secrets: _, ...bare } = version(8);
    expect(await ensure(bare as ResolvedRunSpec)).toEqual({ configMap: 'definition-v8', secret: null });
    const { env: _env, ...silent } = bare.definition;
    expect(await ensure({ ...bare, definition: silent })).toBeNull();
  });

  it.each([
    ['a secret that is not there', { secrets: [{ env: 'A', secret: 'none', key: 'k' }] }, "no secret 'none'"],
    ['a key that is not there', { secrets: [{ env: 'A', secret: 'huggingface', key: 'k' }] }, "no key 'k'"],
    ['a project that may not have it', { project_id: randomUUID() }, 'not allowed to the project'],
  ])('is refused for %s', async (_, changed, message) => {
    const reason = { code: 'secret_unavailable', message: expect.stringContaining(message) };
    await expect(ensure(version(9, changed))).rejects.toMatchObject({ reason });
  });

  it('is refused where the platform keeps no secrets', async () => {
    const none = new DefinitionEnvironments(client, { ...settings, secretsNamespace: null });
    await expect(none.ensure(version(9))).rejects.toMatchObject({ reason: { code: 'secret_unavailable' } });
  });
});
