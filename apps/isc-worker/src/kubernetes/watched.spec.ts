import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels } from '../manifests/names.ts';
import { ClusterClient } from './cluster-client.ts';
import { pods } from './kinds.ts';
import { Watched } from './watched.ts';

const runId = 'a-run';
const attempt = { runId, attempt: 1 };

const pod = (uid: string, resourceVersion: string): V1Pod => ({
  metadata: {
    uid,
    name: uid,
    namespace: 'here',
    resourceVersion,
    labels: { [labels.run]: runId, [labels.attempt]: '1' },
  },
});

/** Answers as an API server would that has `items`; a list waits for `beforeList`. */
class FakeApiServer {
  readonly server: Server;
  items: V1Pod[] = [];
  beforeList: () => Promise<void> = async () => undefined;
  #watcher: ServerResponse | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.#answer(request.url ?? '', response));
  }

  /** Once somebody watches. */
  async tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: V1Pod): Promise<void> {
    const watcher = await eventually(() => this.#watcher ?? Promise.reject(new Error('nobody watches')));
    watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    if (url === '/api/v1') {
      return void response.end(JSON.stringify({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }));
    }
    if (url.includes('watch=true')) {
      this.#watcher = response;
      return response.flushHeaders();
    }
    const items = structuredClone(this.items);
    await this.beforeList();
    response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
  }
}

describe('what is watched', () => {
  let api: FakeApiServer;
  let watched: Watched<V1Pod>;
  let told: number;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    api = new FakeApiServer();
    await once(api.server.listen(0, '127.0.0.1'), 'listening');
    const config = new KubeConfig();
    const origin = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser({ name: 'here', server: origin, skipTLSVerify: true }, { name: 'me' });
    told = 0;
    watched = new Watched(config, new ClusterClient(config), '', pods, () => (told += 1));
    api.items = [pod('one', '1')];
    watched.start();
    await eventually(() => watched.of(attempt)[0] ?? Promise.reject(new Error('nothing is known')));
  });

  afterEach(async () => {
    await watched.stop();
    api.server.closeAllConnections();
    await new Promise((resolve) => api.server.close(resolve));
  });

  const uids = () => watched.of(attempt).map(({ metadata }) => metadata?.uid);

  it('is what a list says that the watch had missed', async () => {
    api.items = [pod('two', '2')];
    await watched.checkTruth();
    expect(uids()).toEqual(['two']);
  });

  it('is not what a list says that the watch has told otherwise of meanwhile', async () => {
    api.beforeList = async () => {
      await api.tell('DELETED', pod('one', '3'));
      await api.tell('ADDED', pod('two', '4'));
      await eventually(() => expect(uids()).toEqual(['two']));
    };
    await watched.checkTruth();
    expect(uids()).toEqual(['two']);
  });

  it('is told of when something of it changed that is kept', async () => {
    await watched.checkTruth();
    expect(told).toBe(1);
    await api.tell('MODIFIED', pod('one', '5'));
    await api.tell('MODIFIED', { ...pod('one', '6'), status: { phase: 'Running' } });
    await eventually(() => expect(watched.of(attempt)[0]?.status?.phase).toBe('Running'));
    expect(told).toBe(2);
  });
});
