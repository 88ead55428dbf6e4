import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { openArtifactStore } from '@griffin/platform';
import { freePort } from '@griffin/testing';
import { afterEach, expect, it } from 'vitest';
import { anAttempt, aRunSpec, needingRay } from '../backend/attempt.fixtures.ts';
import { ClusterUnreachable } from '../backend/cluster-backend.ts';
import { settings } from '../manifests/manifests.fixtures.ts';
import { labels } from '../manifests/names.ts';
import { KubernetesBackend } from './kubernetes-backend.ts';

Logger.overrideLogger(false);
const attempt = anAttempt(needingRay(aRunSpec()));
const job = { metadata: { uid: 'one', labels: { [labels.run]: attempt.runId, [labels.attempt]: '1' } } };
const kinds = { rayjobs: 'RayJob', rayclusters: 'RayCluster', jobs: 'Job', pods: 'Pod' };

/** There is no container here whose log would have to be stored. */
const logsOfNobody = { store: openArtifactStore('file:///nowhere'), databaseUrl: 'postgresql://127.0.0.1:9/none' };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** An API server that has one RayJob and is slow to say so. Resolves with its port. */
async function anApiServer(): Promise<number> {
  const server = createServer((request, response) => void answer(request.url ?? '', response));
  server.listen(0, '127.0.0.1');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

async function answer(url: string, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', 'application/json');
  if (url.includes('watch=true')) return response.flushHeaders();
  if (!url.includes('labelSelector')) {
    const resources = Object.entries(kinds).map(([name, kind]) => ({ name, kind, namespaced: true, verbs: ['list'] }));
    response.end(JSON.stringify({ groupVersion: 'any', resources }));
    return;
  }
  if (url.includes('rayjobs')) await delay(200);
  response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: url.includes('rayjobs') ? [job] : [] }));
}

function aBackendOn(port: number): KubernetesBackend {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'any', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'anybody' },
  );
  const backend = new KubernetesBackend(config, settings, logsOfNobody);
  backend.onApplicationBootstrap();
  ends.push(() => backend.onApplicationShutdown());
  return backend;
}

it('is ready when it knows what there is', async () => {
  const backend = aBackendOn(await anApiServer());
  await backend.ready();
  expect(backend.attempts()).toEqual([{ runId: attempt.runId, attempt: 1 }]);
  expect(await backend.observe(attempt)).toMatchObject({ kind: 'alive', handle: { uid: 'one' } });
});

it('is ready also where nobody answers, and says then that it sees nothing', async () => {
  const backend = aBackendOn(await freePort());
  await backend.ready();
  await expect(backend.observe(attempt)).rejects.toThrow(ClusterUnreachable);
});
