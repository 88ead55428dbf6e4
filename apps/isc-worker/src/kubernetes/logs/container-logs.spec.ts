import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { openArtifactStore } from '@griffin/platform';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { anAttempt, aRunSpec } from '../../backend/attempt.fixtures.ts';
import type { Attempt } from '../../backend/attempt.ts';
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

function logsIn(root: string): ContainerLogs {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'none', server: 'http://127.0.0.1:9', skipTLSVerify: true }, { name: 'none' });
  const client = new ClusterClient(config);
  const view = new ClusterView(config, client, 'none', () => undefined);
  return new ContainerLogs(openArtifactStore(root), 'postgresql://127.0.0.1:9/none', view, client);
}

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

it('are not waited for for ever, whatever the store says', async () => {
  const logs = logsIn('file:///elsewhere');
  expect(await logs.areStored(attempt, true)).toBe(false);
  vi.setSystemTime(Date.now() + 59_000);
  expect(await logs.areStored(attempt, true)).toBe(false);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await logs.areStored(attempt, true)).toBe(true);
});
