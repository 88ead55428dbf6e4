import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@griffin/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { LineageClient } from './lineage-client.ts';

const { privateKey: principalPrivateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const caller = { projectId: 'project', actor: 'token:laptop' };
const lineageWaitsMs = 25_000;

let silent: Server;
beforeAll(async () => {
  silent = createServer(() => undefined);
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  silent.closeAllConnections();
  await new Promise((closed) => silent.close(closed));
});

/** Asks a lineage service that never answers, in a world where a second lasts a millisecond; how long it would wait. */
async function patience(query: object): Promise<number> {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => timeout(milliseconds / 1000));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const client = new LineageClient({ url, principalPrivateKey });
  const refusal = { code: 'lineage_unavailable', retryAfterSeconds: 5 };
  await expect(client.ask(caller, { ...query })).rejects.toMatchObject(refusal);
  return asked.mock.calls[0]?.[0] ?? 0;
}

it('gives up on a lineage service that does not answer', async () => {
  expect(await patience({ node: 'run:x' })).toBeLessThan(lineageWaitsMs);
});

it('is more patient than the service is with an event', async () => {
  expect(await patience({ node: 'run:x', wait_for: 'event' })).toBeGreaterThan(lineageWaitsMs);
});

it('says that the service is away', async () => {
  const client = new LineageClient({ url: `http://127.0.0.1:${await freePort()}`, principalPrivateKey });
  const refusal = { code: 'lineage_unavailable', retryAfterSeconds: 5 };
  await expect(client.ask(caller, { node: 'run:x' })).rejects.toMatchObject(refusal);
});
