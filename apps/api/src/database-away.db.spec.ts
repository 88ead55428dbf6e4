import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { freshDatabase } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from './api.fixture.ts';

let api: TestApi;
let way: Server;
const sockets = new Set<Socket>();
let isOpen = true;

/** Everything between api and PostgreSQL goes through here, and can be cut. */
beforeAll(async () => {
  const url = new URL((await freshDatabase()).urls.api);
  const { hostname, port } = url;
  way = createServer((socket) => {
    if (!isOpen) return void socket.destroy();
    const server = connect(Number(port), hostname);
    for (const end of [socket, server]) {
      sockets.add(end);
      end.on('error', () => {}).on('close', () => sockets.delete(end));
    }
    socket.pipe(server).pipe(socket);
  });
  await new Promise<void>((listening) => way.listen(0, '127.0.0.1', listening));
  url.port = String((way.address() as AddressInfo).port);
  url.hostname = '127.0.0.1';
  api = await TestApi.start({ GRIFFIN_DATABASE_URL: url.href });
});
afterAll(async () => {
  await api.stop();
  way.close();
});

function cut(): void {
  isOpen = false;
  for (const socket of sockets) socket.destroy();
}

it('a database that is away is 503, to be asked again soon, and served once it is back', async () => {
  const held = api.call('get', '/api/events?wait=30').then((answer) => answer);
  await api.call('get', '/api/projects').expect(200);
  cut();
  const unchanged = api.call('get', `/api/workflows/${uuid()}`).set('if-none-match', '"1"');
  for (const answer of [await api.call('get', '/api/projects'), await unchanged, await held]) {
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'database_unavailable', retryable: true });
  }
  isOpen = true;
  await api.call('get', '/api/projects').expect(200);
});
