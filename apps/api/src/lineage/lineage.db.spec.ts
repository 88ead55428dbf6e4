import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyPrincipal } from '@griffin/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const node = 'run:0193a000-0000-7000-8000-000000000001';
const graph = { node: { type: 'run' }, nodes: [], edges: [], truncated: false, as_of: null };

let api: TestApi;
let lineage: Server;
let asked: IncomingMessage[];
let answer: { status: number; type: string; body: string };

/** Stands for the other process: what it does with a request is proved in its own tests and end to end. */
beforeAll(async () => {
  lineage = createServer((request, response) => {
    asked.push(request);
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((listening) => lineage.listen(0, '127.0.0.1', listening));
  api = await TestApi.start({
    GRIFFIN_LINEAGE_URL: `http://127.0.0.1:${(lineage.address() as AddressInfo).port}`,
    GRIFFIN_PRINCIPAL_PRIVATE_KEY: keys.privateKey,
  });
});
afterAll(async () => {
  await api.stop();
  lineage.closeAllConnections();
  await new Promise((closed) => lineage.close(closed));
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, type: 'application/json', body: JSON.stringify(graph) };
});

describe('a question for lineage', () => {
  it('is forwarded in the name of the caller, within the same trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const found = await api
      .call('get', `/api/lineage/?node=${node}&direction=upstream&depth=3`)
      .set('traceparent', traceparent)
      .expect(200);
    expect(found.body).toEqual(graph);
    const [request] = asked;
    const query = new URLSearchParams({ node, direction: 'upstream', depth: '3' });
    expect(request?.url).toBe(`/api/lineage?${query.toString()}`);
    expect(request?.headers['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
    const [project] = (await api.database.query(`SELECT id FROM project WHERE name = 'default'`)).rows;
    const principal = request?.headers.authorization?.replace('Bearer ', '') ?? '';
    const claims = await verifyPrincipal(keys.publicKey, principal);
    expect(claims).toMatchObject({ projectId: project.id, subject: 'token:bootstrap' });
  });

  it('gets the problems of lineage as they are', async () => {
    const problem = { status: 404, code: 'node_not_found', detail: 'Lineage knows no such run.', retryable: false };
    answer = { status: 404, type: 'application/problem+json', body: JSON.stringify(problem) };
    const found = await api.call('get', `/api/lineage?node=${node}`).expect(404);
    expect(found.headers['content-type']).toContain('application/problem+json');
    expect(found.body).toEqual(problem);
  });

  it('is worth asking again when something else than lineage answers', async () => {
    answer = { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' };
    const found = await api.call('get', `/api/lineage?node=${node}`).expect(503);
    expect(found.body).toMatchObject({ code: 'lineage_unavailable', retryable: true });
    expect(found.headers['retry-after']).toBe('5');
  });

  it.each(['', `node=${node}&depth=0`, `node=${node}&direction=sideways`, `node=${node}&wait_for=soon`, 'node=a&x=1'])(
    'is refused before lineage is asked: %j',
    async (query) => {
      const found = await api.call('get', `/api/lineage?${query}`);
      expect([found.status, asked]).toEqual([400, []]);
    },
  );
});
