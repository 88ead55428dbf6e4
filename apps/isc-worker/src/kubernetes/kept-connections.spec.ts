import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptConnections } from './kept-connections.ts';

describe('calls of the API server', () => {
  let server: Server;
  let connections: number;
  let folder: string;
  let authority: string;
  let core: CoreV1Api;

  beforeEach(async () => {
    connections = 0;
    server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{"items":[]}'));
    server.on('connection', () => (connections += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    folder = mkdtempSync(join(tmpdir(), 'griffin-connections-'));
    authority = join(folder, 'ca.crt');
    writeFileSync(authority, 'one');
    const config = new KeptConnections();
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser(
      { name: 'here', server: origin, skipTLSVerify: true, caFile: authority },
      { name: 'me' },
    );
    core = config.makeApiClient(CoreV1Api);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('share connections', async () => {
    await callOften();
    // Its agent opens a second one where it cannot tell yet that the first is free.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('take another once the certificates have changed', async () => {
    await callOften();
    const before = connections;
    writeFileSync(authority, 'another');
    await core.listNode();
    expect(connections).toBe(before + 1);
  });

  async function callOften(): Promise<void> {
    for (let call = 0; call < 20; call += 1) await core.listNode();
  }
});
