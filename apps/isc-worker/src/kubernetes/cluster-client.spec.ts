import { KubeConfig } from '@kubernetes/client-node';
import { freePort } from '@griffin/testing';
import { expect, it } from 'vitest';
import { ClusterUnreachable } from '../backend/cluster-backend.ts';
import { ClusterClient } from './cluster-client.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'any', namespace: 'default' };

async function clientOfNobody(): Promise<ClusterClient> {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'none', server: `http://127.0.0.1:${await freePort()}`, skipTLSVerify: true },
    { name: 'nobody' },
  );
  return new ClusterClient(config);
}

it('tells an API server that is away from one that refuses, also where it looks for the path of a kind', async () => {
  const client = await clientOfNobody();
  const failure = await client.get(configMap).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ClusterUnreachable);
  expect((failure as Error).message).toContain('ECONNREFUSED');
});
