import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatchV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, testCluster } from '../../../libs/testing/src/index.ts';
import { job } from './objects.ts';

const cluster = await testCluster();
const namespace = `smoke-${randomBytes(4).toString('hex')}`;
const patience = { timeoutMs: 240_000, intervalMs: 500 };

describe.runIf(cluster.available)('a cluster', () => {
  const config = new KubeConfig();
  let core: CoreV1Api;
  let batch: BatchV1Api;

  beforeAll(async () => {
    config.loadFromFile(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    batch = config.makeApiClient(BatchV1Api);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
  });

  afterAll(async () => {
    await core.deleteNamespace({ name: namespace });
    await eventually(async () => {
      const names = (await core.listNamespace()).items.map(({ metadata }) => metadata?.name);
      if (names.includes(namespace)) throw new Error(`${namespace} is there still`);
    }, patience);
  });

  it('runs a Job, as nobody special, whose pod finds the API server by its name', async () => {
    const code = `import os, ssl, httpx
authority = ssl.create_default_context(cafile="/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
answer = httpx.get("https://kubernetes.default.svc/version", verify=authority)
print(os.getuid(), answer.status_code < 500)`;
    expect(await outputOf('finds-api', code)).toBe('1000 True\n');
  });

  it.runIf(cluster.hostAddress !== '')('lets pods reach what listens for them on this machine', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, cluster.hostAddress, resolve));
    const url = `http://${cluster.hostAddress}:${(server.address() as AddressInfo).port}/`;
    expect(await outputOf('reaches-host', `import httpx; print(httpx.get("${url}").text)`)).toBe('hello\n');
    server.close();
  });

  /** What a Job with this Python code prints, once it has succeeded. */
  async function outputOf(name: string, code: string): Promise<string> {
    const body = job(name, cluster.runtimeImage, ['python', '-c', code]);
    await batch.createNamespacedJob({ namespace, body });
    await eventually(async () => {
      const { status } = await batch.readNamespacedJob({ name, namespace });
      if (!status?.succeeded) throw new Error(`The Job has not succeeded: ${JSON.stringify(status)}`);
    }, patience);
    const [pod] = (await core.listNamespacedPod({ namespace, labelSelector: `job-name=${name}` })).items;
    return core.readNamespacedPodLog({ namespace, name: pod?.metadata?.name ?? '' });
  }
});
