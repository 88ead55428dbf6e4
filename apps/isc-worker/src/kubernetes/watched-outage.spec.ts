import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { eventually, freePort } from '@griffin/testing';
import { expect, it } from 'vitest';
import type { AttemptRef } from '../backend/attempt.ts';
import { labels } from '../manifests/names.ts';
import { ClusterClient } from './cluster-client.ts';
import { pods } from './kinds.ts';
import { Watched } from './watched.ts';

it('has every attempt looked at once when the API server stays away', async () => {
  Logger.overrideLogger(false);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'away', server: `http://127.0.0.1:${await freePort()}`, skipTLSVerify: true },
    { name: 'nobody' },
  );
  const scope = { selector: '', isOurs: () => true };
  const changed: AttemptRef[] = [];
  const watched = new Watched<V1Pod>(config, new ClusterClient(config), scope, pods, (attempt) =>
    changed.push(attempt),
  );
  const attempts = ['one', 'other'].map((runId) => ({ runId, attempt: 1 }));
  for (const { runId } of attempts) {
    watched.learn({ metadata: { uid: runId, labels: { [labels.run]: runId, [labels.attempt]: '1' } } });
  }
  watched.start();
  await watched.looked;
  expect(changed).toEqual([]);
  await eventually(() => expect(changed).toEqual(attempts));
  expect(watched.failure).not.toBeNull();
  await watched.stop();
});
