import { randomUUID } from 'node:crypto';
import type { ResolvedRunSpec } from '@griffin/contracts';
import { eventually, testCluster } from '@griffin/testing';
import type { KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAttempt, aRunSpec, needingRay } from '../backend/attempt.fixtures.ts';
import { batchJob } from '../manifests/batch-job.ts';
import { settings as golden } from '../manifests/manifests.fixtures.ts';
import { namespaceOf } from '../manifests/names.ts';
import { rayJob } from '../manifests/ray-job.ts';
import { ClusterClient } from './cluster-client.ts';
import { DefinitionNamespaces } from './definition-namespaces.ts';
import { administrator, worker } from './worker-rights.fixtures.ts';

const cluster = await testCluster();

/** With the worker's rights. Nothing runs: jobs are suspended. */
describe.runIf(cluster.available)('the accounts that the runs of a definition act as', () => {
  const settings = { ...golden, installation: `accounts-${randomUUID().slice(0, 8)}` };
  const definition = { id: randomUUID(), name: 'd', stage: 'prototype' as const };
  const version = (number: number, account?: string): ResolvedRunSpec =>
    aRunSpec({
      definition: { ...definition, version: number },
      ...(account !== undefined && { authorization: { service_account: account } }),
    });
  const namespace = namespaceOf(settings.installation, { definition });
  let client: ClusterClient;
  let admin: ClusterClient;

  beforeAll(async () => {
    admin = new ClusterClient(administrator(cluster.kubeconfig));
    client = new ClusterClient(await worker(cluster.kubeconfig));
  });
  afterAll(() => admin?.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));

  const ensure = (spec: ResolvedRunSpec, by = new DefinitionNamespaces(client, settings)) => by.ensure(spec);

  async function accounts(): Promise<string[]> {
    const { items } = await admin.list('v1', 'ServiceAccount', '', namespace);
    return items.map(({ metadata }) => metadata?.name ?? '').toSorted();
  }

  async function suspended(job: KubernetesObject & { spec?: object }): Promise<KubernetesObject> {
    return client.apply({ ...job, spec: { ...job.spec, suspend: true } } as KubernetesObject);
  }

  async function remove(job: KubernetesObject): Promise<void> {
    const { apiVersion = '', kind = '', metadata } = job;
    await client.delete(job);
    const ref = { apiVersion, kind, namespace, name: metadata?.name ?? '' };
    await eventually(async () => expect(await admin.get(ref)).toBeUndefined(), { timeoutMs: 60_000 });
  }

  it('go when a newer version has another, but not while an attempt has them, and never the one of Kubernetes', async () => {
    await ensure(version(1, 'first'));
    const first = await suspended(batchJob(anAttempt(version(1, 'first')), settings));
    await ensure(version(2, 'second'));
    const second = await suspended(rayJob(anAttempt(needingRay(version(2, 'second'))), settings));
    await ensure(version(3, 'default'));
    expect(await accounts()).toEqual(['default', 'first', 'second']);

    for (const job of [first, second]) await remove(job);
    await ensure(version(4));
    expect(await accounts()).toEqual(['default', 'griffin-run']);
  });

  it('are there for an attempt of the version that a worker knows, when another worker has made a newer one', async () => {
    const [one, other] = [new DefinitionNamespaces(client, settings), new DefinitionNamespaces(client, settings)];
    await ensure(version(6, 'first'), one);
    await ensure(version(7, 'second'), other);
    expect(await accounts()).not.toContain('first');
    await ensure(version(6, 'first'), one);
    expect(await accounts()).toContain('first');
    await ensure(version(8), other);
  });

  it('are there again for an attempt of an older version, whether or not the worker knows of a newer one', async () => {
    const knowing = new DefinitionNamespaces(client, settings);
    await ensure(version(9), knowing);
    await ensure(version(1, 'first'), knowing);
    await ensure(version(2, 'second'));
    expect(await accounts()).toEqual(['default', 'first', 'griffin-run', 'second']);
  });
});
