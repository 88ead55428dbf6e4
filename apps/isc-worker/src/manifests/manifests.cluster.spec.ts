import { testCluster } from '@griffin/testing';
import { KubeConfig, type KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterClient } from '../kubernetes/cluster-client.ts';
import { manifests } from './manifests.fixtures.ts';

const cluster = await testCluster();

/** Nothing is made but the namespace: the API server says what it would have made. */
describe.runIf(cluster.available)('the API server', () => {
  let client: ClusterClient;
  const [namespace] = manifests['namespace'] ?? [];

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    client = new ClusterClient(config);
    await client.apply(namespace!);
  });

  afterAll(() => client?.delete(namespace!));

  it.each(Object.entries(manifests))('accepts %s', async (_, objects) => {
    for (const object of objects) {
      const made = await client.apply(object, true);
      expect(made.metadata?.name).toBe(object.metadata?.name);
    }
  });

  it('refuses a field that it does not know, so that accepting says something', async () => {
    const [job] = manifests['ray-job'] ?? [];
    const wrong = { ...job, spec: { ...(job as { spec: object }).spec, noSuchField: 1 } } as KubernetesObject;
    await expect(client.apply(wrong, true)).rejects.toThrow('noSuchField');
  });
});
