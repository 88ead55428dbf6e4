import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig, type KubernetesObject, type V1Pod } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { labels } from '../manifests/names.ts';
import { ClusterClient } from './cluster-client.ts';
import { pods } from './kinds.ts';
import { Watched } from './watched.ts';

const runId = 'a-run';
const attempt = { runId, attempt: 1 };
const isOurs = ({ metadata }: KubernetesObject) => metadata?.namespace === 'here';

const pod = (uid: string, resourceVersion: string): V1Pod => ({
  metadata: {
    uid,
    name: uid,
    namespace: 'here',
    resourceVersion,
    labels: { [labels.run]: runId, [labels.attempt]: '1' },
  },
});

const gone = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };

/** Answers as an API server would that has `items`; a list waits for `beforeList`. */
class FakeApiServer {
  readonly server: Server;
  items: V1Pod[] = [];
  /** Of all that it has. */
  version = '1';
  /** How many lists it fails at. */
  failing = 0;
  beforeList: () => Promise<void> = async () => undefined;
  /** Since which version somebody watched, each time. */
  readonly watchedSince: (string | null)[] = [];
  #forgot = false;
  #watcher: ServerResponse | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.#answer(request.url ?? '', response));
  }

  /** Once somebody watches. */
  async tell(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR', object: object): Promise<void> {
    (await this.#watched()).write(`${JSON.stringify({ type, object })}\n`);
  }

  /** As it does every few minutes. */
  async endWatch(): Promise<void> {
    (await this.#watched()).end();
    this.#watcher = undefined;
  }

  /** As one that dies. */
  async breakWatch(): Promise<void> {
    (await this.#watched()).destroy();
    this.#watcher = undefined;
  }

  /** Of what was before nothing is known any more: it says so to who watches, or to who asks for a watch next. */
  async forget(saidTo: 'who watches' | 'who asks for a watch'): Promise<void> {
    if (saidTo === 'who watches') await this.tell('ERROR', gone);
    else this.#forgot = true;
    await this.endWatch();
  }

  #watched(): Promise<ServerResponse> {
    return eventually(() => this.#watcher ?? Promise.reject(new Error('nobody watches')));
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    if (url === '/api/v1') {
      return void response.end(JSON.stringify({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }));
    }
    if (url.includes('watch=true')) {
      this.watchedSince.push(new URL(url, 'http://here').searchParams.get('resourceVersion'));
      return this.#beWatched(response);
    }
    const items = structuredClone(this.items);
    await this.beforeList();
    if (this.failing > 0) {
      this.failing -= 1;
      return void response.writeHead(500).end(JSON.stringify({ kind: 'Status', message: 'etcd is slow' }));
    }
    response.end(JSON.stringify({ metadata: { resourceVersion: this.version }, items }));
  }

  #beWatched(response: ServerResponse): void {
    if (this.#forgot) {
      this.#forgot = false;
      response.writeHead(gone.code).end(JSON.stringify(gone));
      return;
    }
    this.#watcher = response;
    response.flushHeaders();
  }
}

describe('what is watched', () => {
  let api: FakeApiServer;
  let begin: () => Watched<V1Pod>;
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
    begin = () => new Watched(config, new ClusterClient(config), { selector: '', isOurs }, pods, () => (told += 1));
    watched = begin();
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

  it('is none of what somebody copied to another place with its labels', async () => {
    const copy = pod('copy', '2');
    copy.metadata!.namespace = 'there';
    api.items = [pod('one', '1'), copy];
    await watched.checkTruth();
    await api.tell('MODIFIED', { ...copy, status: { phase: 'Running' } });
    await api.tell('ADDED', pod('two', '3'));
    await eventually(() => expect(uids()).toEqual(['one', 'two']));
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

  it('stays what the watch told when a list says the same, which has other types', async () => {
    const seen = pod('one', '5');
    Object.assign(seen.metadata!, { creationTimestamp: '2026-01-01T00:00:00Z' });
    await api.tell('MODIFIED', seen);
    await eventually(() => expect(watched.of(attempt)[0]?.metadata?.resourceVersion).toBe('5'));
    api.items = [seen];
    const [before] = watched.of(attempt);
    told = 0;
    await watched.checkTruth();
    expect(watched.of(attempt)[0]).toBe(before);
    expect(told).toBe(0);
  });

  it.each(['who watches', 'who asks for a watch'] as const)(
    'is listed anew when the API server has forgotten what was before, and says so to %s',
    async (saidTo) => {
      [api.items, api.version] = [[pod('two', '9')], '9'];
      await api.forget(saidTo);
      await eventually(() => expect(uids()).toEqual(['two']));
      expect(watched.failure).toBeNull();
      await api.tell('ADDED', pod('three', '10'));
      await eventually(() => expect(uids()).toEqual(['two', 'three']));
      expect(api.watchedSince.at(-1)).toBe('9');
    },
  );

  it('is watched on from where a watch ended', async () => {
    await api.tell('MODIFIED', pod('one', '5'));
    await eventually(() => expect(watched.of(attempt)[0]?.metadata?.resourceVersion).toBe('5'));
    await api.endWatch();
    await api.tell('ADDED', pod('two', '6'));
    await eventually(() => expect(uids()).toEqual(['one', 'two']));
    expect(api.watchedSince).toEqual(['1', '5']);
    expect(watched.failure).toBeNull();
  });

  it('may be out of date no longer than until the next list, where one failed and the watch goes on', async () => {
    await watched.stop();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    watched = begin();
    watched.start();
    await eventually(() => expect(api.watchedSince).toHaveLength(2));
    api.failing = 1;
    vi.advanceTimersByTime(60_000);
    await eventually(() => expect(watched.failure).toContain('etcd is slow'));
    await eventually(() => expect(watched.failure).toBeNull());
    expect(api.watchedSince).toHaveLength(2);
  });

  it('may be out of date from when a watch breaks off until it is taken up again', async () => {
    api.items = [pod('two', '2')];
    await api.breakWatch();
    await eventually(() => expect(watched.failure).not.toBeNull());
    await eventually(() => expect(watched.failure).toBeNull());
    expect(uids()).toEqual(['two']);
    await api.tell('ADDED', pod('three', '3'));
    await eventually(() => expect(uids()).toEqual(['two', 'three']));
  });
});
