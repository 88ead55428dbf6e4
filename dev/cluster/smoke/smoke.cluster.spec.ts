import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { BatchV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, testCluster } from '../../../libs/testing/src/index.ts';
import { job, rayJob } from './objects.ts';

const cluster = await testCluster();
const namespace = `smoke-${randomBytes(4).toString('hex')}`;
const patience = { timeoutMs: 240_000, intervalMs: 500 };

const training = `
import ray, socket
@ray.remote(num_cpus=1)
def train():
    import numpy, xgboost
    x = numpy.random.default_rng(7).normal(size=(1000, 4))
    y = (x[:, 0] > 0).astype(int)
    model = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(x, y), 10)
    return socket.gethostname(), ((model.predict(xgboost.DMatrix(x)) > 0.5) == y).mean()
ray.init()
host, accuracy = ray.get(train.remote())
print("TRAINED", host != socket.gethostname(), accuracy > 0.9, ray.__version__)
`;

describe.runIf(cluster.available)('a cluster with KubeRay', () => {
  const config = new KubeConfig();
  let core: CoreV1Api;
  let batch: BatchV1Api;
  let custom: CustomObjectsApi;
  const rayJobs = { group: 'ray.io', version: 'v1', namespace, plural: 'rayjobs' };

  beforeAll(async () => {
    config.loadFromFile(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    batch = config.makeApiClient(BatchV1Api);
    custom = config.makeApiClient(CustomObjectsApi);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
  });

  afterAll(async () => {
    // Before the namespace: its end would take the operator's right to write to it first.
    await custom.deleteCollectionNamespacedCustomObject(rayJobs);
    await eventually(async () => {
      const { items } = (await custom.listNamespacedCustomObject({ ...rayJobs, plural: 'rayclusters' })) as {
        items: [];
      };
      if (items.length > 0) throw new Error('There are Ray clusters still');
    }, patience);
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

  it('runs a RayJob that trains on its worker', async () => {
    const entrypoint = `python -c ${JSON.stringify(`exec(${JSON.stringify(training)})`).replaceAll('$', String.raw`\$`)}`;
    const body = rayJob('trains', cluster.runtimeImage, '2.60.0', entrypoint);
    await custom.createNamespacedCustomObject({ ...rayJobs, body });
    const status = await eventually(async () => {
      const { status: now } = (await custom.getNamespacedCustomObject({ ...rayJobs, name: 'trains' })) as {
        status?: { jobStatus?: string; jobId?: string; rayClusterName?: string };
      };
      if (!/SUCCEEDED|FAILED/.test(now?.jobStatus ?? '')) throw new Error(`It is not over: ${JSON.stringify(now)}`);
      return now;
    }, patience);
    const head = `/api/v1/namespaces/${namespace}/services/${status?.rayClusterName}-head-svc:dashboard/proxy`;
    const { logs } = (await get(`${head}/api/jobs/${status?.jobId}/logs`)) as { logs: string };
    expect(logs).toContain('TRAINED True True 2.60.0');
    expect(status?.jobStatus).toBe('SUCCEEDED');
  });

  /** What the API server forwards; the client would take it for an object of Kubernetes. */
  async function get(path: string): Promise<unknown> {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const [response] = (await once(
      request(`${config.getCurrentCluster()?.server}${path}`, options).end(),
      'response',
    )) as [IncomingMessage];
    return json(response);
  }

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
