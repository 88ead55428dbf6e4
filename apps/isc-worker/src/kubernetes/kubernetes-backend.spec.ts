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
import { attemptLabels, namespaceOf } from '../manifests/names.ts';
import { KubernetesBackend } from './kubernetes-backend.ts';

Logger.overrideLogger(false);
const attempt = anAttempt(needingRay(aRunSpec()));
const metadata = {
  uid: 'one',
  name: 'one',
  namespace: namespaceOf(settings.installation, attempt.spec),
  labels: attemptLabels(settings.installation, attempt.spec, 1),
};
const failed = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }];
const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown' };
/** What an API server has, by the plural of its kind. */
const aRayJob = { rayjobs: { metadata } };
const aFailedJob = {
  jobs: { metadata, status: { conditions: failed } },
  pods: { metadata, status: { phase: 'Failed', containerStatuses: [{ name: 'container', state: { terminated } }] } },
};
const kinds = { rayjobs: 'RayJob', rayclusters: 'RayCluster', jobs: 'Job', pods: 'Pod' };

/** There is no container here whose log would have to be stored. */
const logsOfNobody = { store: openArtifactStore('file:///nowhere'), databaseUrl: 'postgresql://127.0.0.1:9/none' };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** An API server that is slow to say what RayJobs it has, and has no logs. Resolves with its port. */
async function anApiServer(has: Partial<Record<keyof typeof kinds, object>>): Promise<number> {
  const server = createServer((request, response) => void answer(has, request.url ?? '', response));
  server.listen(0, '127.0.0.1');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

async function answer(has: object, url: string, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', 'application/json');
  if (url.includes('/log?')) return void response.writeHead(400).end('{"message": "the container is not known"}');
  if (url.includes('watch=true')) return response.flushHeaders();
  if (!url.includes('labelSelector')) {
    const resources = Object.entries(kinds).map(([name, kind]) => ({ name, kind, namespaced: true, verbs: ['list'] }));
    response.end(JSON.stringify({ groupVersion: 'any', resources }));
    return;
  }
  if (url.includes('rayjobs')) await delay(200);
  const items = Object.entries(has).flatMap(([plural, object]) => (url.includes(`/${plural}?`) ? [object] : []));
  response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
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
  const backend = aBackendOn(await anApiServer(aRayJob));
  await backend.ready();
  expect(backend.attempts()).toEqual([{ runId: attempt.runId, attempt: 1 }]);
  expect(await backend.observe(attempt)).toMatchObject({ kind: 'alive', handle: { uid: 'one' } });
});

it('says how an attempt ended whose log is not to be had', async () => {
  const backend = aBackendOn(await anApiServer(aFailedJob));
  await backend.ready();
  const seen = await backend.observe(anAttempt({ ...attempt.spec, runtime: aRunSpec().runtime }));
  expect(seen).toMatchObject({ kind: 'ended', exit: 'failed', exitCode: 137, logTail: null });
});

it('is ready also where nobody answers, and says then that it sees nothing', async () => {
  const backend = aBackendOn(await freePort());
  await backend.ready();
  await expect(backend.observe(attempt)).rejects.toThrow(ClusterUnreachable);
});
