import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { KubeConfig, KubernetesObject, V1Namespace } from '@kubernetes/client-node';
import { openArtifactStore } from '@griffin/platform';
import { eventually, testCluster } from '@griffin/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAttempt, aRunSpec, needingRay } from '../backend/attempt.fixtures.ts';
import { settings as golden } from '../manifests/manifests.fixtures.ts';
import { labels, namespaceOf } from '../manifests/names.ts';
import { ClusterClient } from './cluster-client.ts';
import { KubernetesBackend } from './kubernetes-backend.ts';
import { administrator, worker } from './worker-rights.fixtures.ts';

const cluster = await testCluster();
const patience = { timeoutMs: 120_000, intervalMs: 100 };
/** No container here stores a log. */
const logsOfNobody = { store: openArtifactStore('file:///nowhere'), databaseUrl: 'postgresql://127.0.0.1:9/none' };

/** Nothing runs: what is asked for is on no node. */
const spec = aRunSpec({
  artifact_root: 's3://nowhere/runs',
  resources: { workers: 1, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 4000, ssd_gib: 0 },
});
const definitionId = spec.definition.id;

describe.runIf(cluster.available)('what is another’s on a cluster', () => {
  const suffix = randomUUID().slice(0, 8);
  const [mine, others] = [`mine-${suffix}`, `others-${suffix}`];
  const started: KubernetesBackend[] = [];
  let rights: KubeConfig;
  let admin: ClusterClient;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    admin = new ClusterClient(administrator(cluster.kubeconfig));
    rights = await worker(cluster.kubeconfig);
  });
  afterEach(async () => {
    for (const backend of started) await removed(backend);
    for (const backend of started.splice(0)) await backend.onApplicationShutdown();
  });
  afterAll(() => Logger.overrideLogger(['error']));

  /** A worker that has looked at what there is. */
  async function backendOf(installation: string): Promise<KubernetesBackend> {
    const backend = new KubernetesBackend(rights, { ...golden, installation, egress: [] }, logsOfNobody);
    backend.onApplicationBootstrap();
    started.push(backend);
    await backend.ready();
    return backend;
  }

  const removed = (backend: KubernetesBackend) =>
    eventually(async () => {
      if (!(await backend.removeDefinition(definitionId))) throw new Error('some of the definition is there still');
    }, patience);

  const standing = async (kind: string, apiVersion: string) => {
    const { items } = await admin.list(apiVersion, kind, `${labels.run}=${spec.run_id}`);
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  };
  const owners = (objects: KubernetesObject[]) =>
    objects.map(({ metadata }) => metadata?.labels?.[labels.installation] ?? '').toSorted();

  it.each([
    ['RayJob', 'ray.io/v1', needingRay(spec)],
    ['Job', 'batch/v1', spec],
  ] as const)('is not seen and not removed: a %s of the very same run', async (kind, apiVersion, ofKind) => {
    const attempt = anAttempt(ofKind);
    const other = await backendOf(others);
    await other.ensure(attempt, {});
    await eventually(async () => expect(await standing('Pod', 'v1')).not.toEqual([]), patience);

    const own = await backendOf(mine);
    expect(other.attempts()).toEqual([{ runId: spec.run_id, attempt: 1 }]);
    expect(own.attempts()).toEqual([]);
    expect(await own.observe(attempt)).toEqual({ kind: 'gone' });
    await own.ensure(attempt, {});
    expect(owners(await standing(kind, apiVersion))).toEqual([mine, others]);

    await eventually(async () => {
      await own.remove(attempt);
      expect(own.attempts()).toEqual([]);
    }, patience);
    await removed(own);
    expect(owners(await standing(kind, apiVersion))).toEqual([others]);
    expect(new Set(owners(await standing('Pod', 'v1')))).toEqual(new Set([others]));
  });

  it('is not seen and not removed: a copy of a Job of ours in a namespace of somebody', async () => {
    const own = await backendOf(mine);
    const attempt = anAttempt(spec);
    await own.ensure(attempt, {});
    const [job] = await eventually(() => standing('Job', 'batch/v1'), patience);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `copies-${suffix}` } };
    await admin.create(namespace);
    try {
      const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'none', image: 'none' }] } };
      const metadata = { name: 'copy', namespace: namespace.metadata.name, labels: job!.metadata!.labels! };
      const copy = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { suspend: true, template } };
      await admin.create(copy);
      await eventually(async () => {
        await own.remove(attempt);
        expect(own.attempts()).toEqual([]);
      }, patience);
      expect((await standing('Job', 'batch/v1')).map(({ metadata: of }) => of?.name)).toEqual(['copy']);
    } finally {
      await admin.delete(namespace);
    }
  });

  it.each([
    ['nobody', undefined],
    ['another installation', { [labels.managedBy]: 'griffin', [labels.installation]: 'other' }],
  ])('is not changed: a namespace of %s that has the name of ours', async (_, whose) => {
    const name = namespaceOf(mine, spec);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: whose } };
    const before = await eventually(async () => {
      expect(await admin.create(namespace)).toBe(true);
      return admin.get<V1Namespace>({ apiVersion: 'v1', kind: 'Namespace', name });
    }, patience);
    try {
      const own = await backendOf(mine);
      await expect(own.ensure(anAttempt(spec), {})).rejects.toMatchObject({ reason: { code: 'namespace_taken' } });
      const after = await admin.get<V1Namespace>({ apiVersion: 'v1', kind: 'Namespace', name });
      expect(after?.metadata).toEqual(before?.metadata);
      expect((await admin.list('networking.k8s.io/v1', 'NetworkPolicy', '', name)).items).toEqual([]);
    } finally {
      await admin.delete(namespace);
    }
  });
});
