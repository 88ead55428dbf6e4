import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig, type V1Job } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AttemptRef } from '../backend/attempt.ts';
import { labels } from '../manifests/names.ts';
import { ClusterClient } from './cluster-client.ts';
import { PodRefusals } from './pod-refusals.ts';

const patience = { timeoutMs: 10_000 };
const job: V1Job = {
  metadata: { uid: 'job-1', namespace: 'here', labels: { [labels.run]: 'a-run', [labels.attempt]: '1' } },
};
const event = (message: string, lastTimestamp: string) => ({
  metadata: { name: lastTimestamp },
  involvedObject: { uid: 'job-1' },
  message,
  lastTimestamp,
});

let server: Server;
let asked: string[];
let events: object[];
let hasNoPod: boolean;
let changed: AttemptRef[];
let refusals: PodRefusals;

/** Answers as an API server that has `events`. */
beforeEach(async () => {
  Logger.overrideLogger(false);
  [asked, events, hasNoPod, changed] = [[], [], true, []];
  server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'application/json');
    const isDiscovery = url === '/api/v1';
    if (!isDiscovery) asked.push(url);
    const resources = [{ name: 'events', kind: 'Event', namespaced: true }];
    response.end(JSON.stringify(isDiscovery ? { resources } : { items: events }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const config = new KubeConfig();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 'here', server: origin, skipTLSVerify: true }, { name: 'me' });
  const client = new ClusterClient(config);
  refusals = new PodRefusals(
    client,
    () => hasNoPod,
    (attempt) => changed.push(attempt),
  );
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('tells what was said last to the pod of a Job, as soon as that is known', async () => {
  events = [
    event('Error creating: pods "x" is forbidden: of today', '2026-01-02T00:00:00Z'),
    event('Error creating: pods "x" is forbidden: of yesterday', '2026-01-01T00:00:00Z'),
  ];
  expect(refusals.of(job)).toBeNull();
  await eventually(() => expect(changed).toEqual([{ runId: 'a-run', attempt: 1 }]), patience);
  expect(refusals.of(job)).toBe('pods "x" is forbidden: of today');
  expect(new URL(asked[0]!, 'http://here').searchParams.get('fieldSelector')).toContain('involvedObject.kind=Job');
});

it('is told once of each thing that is said, and asks no more once there is a pod', async () => {
  refusals.of(job);
  await eventually(() => expect(asked).toHaveLength(1), patience);
  expect(changed).toEqual([]);
  hasNoPod = false;
  events = [event('Error creating: too late', '2026-01-01T00:00:00Z')];
  await expect(eventually(() => expect(asked).toHaveLength(2), { timeoutMs: 4_000 })).rejects.toThrow('length of 2');
  expect(changed).toEqual([]);
  expect(refusals.of(job)).toBeNull();
});
