import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { openArtifactStore } from '@griffin/platform';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { anAttempt, aRunSpec } from '../../backend/attempt.fixtures.ts';
import type { Attempt } from '../../backend/attempt.ts';
import { attemptLabels, namespaceOf } from '../../manifests/names.ts';
import { ClusterClient } from '../cluster-client.ts';
import { ClusterView } from '../cluster-view.ts';
import { ContainerLogs } from './container-logs.ts';
import { StoredLog } from './stored-log.ts';
import { logStart } from './timed-lines.ts';

Logger.overrideLogger(false);
let folder: string;
let attempt: Attempt;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-logs-'));
  attempt = anAttempt(aRunSpec({ kind: 'custom', artifact_root: `${pathToFileURL(folder).href}/run` }));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

/** Of an attempt that has these pods. */
function logsIn(root: string, pods: V1Pod[] = []): ContainerLogs {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'none', server: 'http://127.0.0.1:9', skipTLSVerify: true }, { name: 'none' });
  const client = new ClusterClient(config);
  const view = new ClusterView(config, client, 'none', () => undefined);
  for (const pod of pods) view.pods.learn(pod);
  return new ContainerLogs(openArtifactStore(root), 'postgresql://127.0.0.1:9/none', view, client);
}

const podOf = ({ spec, attempt: number }: Attempt): V1Pod => ({
  metadata: { uid: 'one', namespace: namespaceOf('none', spec), labels: attemptLabels('none', spec, number) },
});

it('are waited for until they are whole', async () => {
  const root = pathToFileURL(folder).href;
  const logs = logsIn(root);
  expect(await logs.areStored(attempt, true)).toBe(false);
  expect(await logs.areStored(attempt, false)).toBe(true);
  const log = await StoredLog.open(openArtifactStore(root), { root: attempt.spec.artifact_root, attempt: 1 });
  expect(await logs.areStored(attempt, false)).toBe(false);
  await log.close(logStart);
  expect(await logs.areStored(attempt, true)).toBe(true);
});

it.each([
  ['a minute where there is a pod', 59_000, () => [podOf(attempt)]],
  ['a moment where there is none', 4_000, () => []],
])('are waited for no longer than %s, whatever the store says', async (_, patienceMs, pods) => {
  const logs = logsIn('file:///elsewhere', pods());
  expect(await logs.areStored(attempt, true)).toBe(false);
  vi.setSystemTime(Date.now() + patienceMs);
  expect(await logs.areStored(attempt, true)).toBe(false);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await logs.areStored(attempt, true)).toBe(true);
});
