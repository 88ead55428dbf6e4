import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { freePort } from '@griffin/testing';
import { expect, it, onTestFinished } from 'vitest';
import { AttemptDelayed, ClusterUnreachable } from '../backend/cluster-backend.ts';
import { ClusterClient, KubernetesRefusal, RightLacking } from './cluster-client.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'any', namespace: 'default' };

function clientOf(port: number): ClusterClient {
  const config = new KubeConfig();
  const server = `http://127.0.0.1:${port}`;
  config.loadFromClusterAndUser({ name: 'any', server, skipTLSVerify: true }, { name: 'anybody' });
  return new ClusterClient(config);
}

/** Of an API server that forbids whatever it is asked to make, and says why. */
async function clientOfOneThatForbids(message: string): Promise<ClusterClient> {
  const resources = [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['patch'] }];
  const server = createServer(({ method }, response) => {
    response.writeHead(method === 'GET' ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(method === 'GET' ? { groupVersion: 'v1', resources } : { message }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return clientOf((server.address() as AddressInfo).port);
}

it('tells an API server that is away from one that refuses, also where it looks for the path of a kind', async () => {
  const client = clientOf(await freePort());
  const failure = await client.get(configMap).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ClusterUnreachable);
  expect((failure as Error).message).toContain('ECONNREFUSED');
});

it.each([
  ['configmaps "any" is forbidden: exceeded quota: griffin, requested: count/configmaps=1', AttemptDelayed],
  ['configmaps "any" is forbidden: status unknown for quota: griffin', ClusterUnreachable],
  ['configmaps is forbidden: User "isc-worker" cannot patch resource "configmaps"', RightLacking],
  ['configmaps is forbidden: violates PodSecurity "restricted:latest"', KubernetesRefusal],
])('tells a quota that is used up from a right that it lacks: %s', async (message, kind) => {
  const client = await clientOfOneThatForbids(message);
  const { apiVersion, name, namespace } = configMap;
  const failure = await client
    .apply({ apiVersion, kind: 'ConfigMap', metadata: { name, namespace } })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(kind);
  expect((failure as Error).message).toContain(message);
});
