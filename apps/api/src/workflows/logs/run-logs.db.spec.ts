import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactLayout, type ResolvedRunSpec } from '@griffin/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from '../../api.fixture.ts';
import { aFinish, hear } from '../worker-says.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

/** Stores chunks as the shipper does: each begins where the one before ended. */
function ship(spec: ResolvedRunSpec, chunks: Buffer[], { from = 0, attempt = 1, stream = 'driver' } = {}): void {
  let offset = from;
  for (const chunk of chunks) {
    const path = fileURLToPath(artifactLayout.logChunk(spec.artifact_root, attempt, stream, offset));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, chunk);
    offset += chunk.length;
  }
}

const read = async (id: string, query: Record<string, string | number> = {}) =>
  (await api.call('get', `/api/workflows/${id}/logs`).query(query).expect(200)).body;

/** Every page from the start, as a client follows a log. */
async function follow(id: string, limit: number): Promise<string[]> {
  const texts: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(id, { limit, ...(cursor !== undefined && { cursor }) });
    texts.push(page.text);
    if (page.complete) return texts;
    cursor = page.next_cursor;
  }
}

it('is followed by cursor while it grows, and complete once nothing can follow', async () => {
  const { id, spec } = await api.submit();
  const empty = await read(id);
  expect(empty).toMatchObject({ attempt: 1, stream: 'driver', text: '', complete: false });
  ship(spec, [Buffer.from('one\n')]);
  const first = await read(id, { cursor: empty.next_cursor });
  expect(first).toMatchObject({ text: 'one\n', complete: false });
  ship(spec, [Buffer.from('two\n')], { from: 4 });
  const second = await read(id, { cursor: first.next_cursor });
  expect(second).toMatchObject({ text: 'two\n', complete: false });
  await api.call('post', `/api/workflows/${id}/terminate`).send({});
  expect(await read(id, { cursor: second.next_cursor })).toMatchObject({ text: '', complete: false });
  await hear(api, aFinish(spec, { exit: 'stopped' }));
  expect(await read(id, { cursor: second.next_cursor })).toMatchObject({ text: '', complete: true, next_cursor: null });
});

it('never cuts a character, wherever the chunks and the pages end', async () => {
  const { id, spec } = await api.submit();
  const text = 'naïve – 日本語 😀\n'.repeat(30);
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7));
  ship(spec, chunks);
  await hear(api, aFinish(spec));
  const texts = await follow(id, 64);
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.join('')).toBe(text);
  const { text: tail } = await read(id, { tail: 10_000, limit: 65 });
  expect(tail).not.toContain('\uFFFD');
  expect(text.endsWith(tail)).toBe(true);
});

it('gives its last lines, and goes on from there', async () => {
  const { id, spec } = await api.submit();
  ship(spec, [Buffer.from('a\nb\nc\n')]);
  const tail = await read(id, { tail: 2 });
  expect(tail).toMatchObject({ text: 'b\nc\n', complete: false });
  ship(spec, [Buffer.from('d\n')], { from: 6 });
  expect(await read(id, { cursor: tail.next_cursor })).toMatchObject({ text: 'd\n' });
});

it('goes on behind a chunk that was never stored', async () => {
  const { id, spec } = await api.submit();
  ship(spec, [Buffer.from('begin\n')]);
  ship(spec, [Buffer.from('end\n')], { from: 100 });
  await hear(api, aFinish(spec));
  expect(await follow(id, 64)).toEqual(['begin\n', 'end\n']);
});

it('has streams, per attempt', async () => {
  const { id, spec } = await api.submit();
  ship(spec, [Buffer.from('x')]);
  ship(spec, [Buffer.from('y')], { stream: 'worker-1.out' });
  const streams = await api.call('get', `/api/workflows/${id}/logs/streams`).expect(200);
  expect(streams.body.items).toEqual(['driver', 'worker-1.out']);
  await hear(api, aFinish(spec, { reason: { code: 'cluster_lost', message: 'Lost.' }, retryable: true }));
  ship(spec, [Buffer.from('z')], { attempt: 2 });
  expect(await read(id)).toMatchObject({ attempt: 2, text: 'z' });
  expect(await read(id, { attempt: 1, stream: 'worker-1.out' })).toMatchObject({
    attempt: 1,
    text: 'y',
    complete: true,
  });
});

it('says in words what the name of a stream is', async () => {
  const { id } = await api.submit();
  const { body } = await api.call('get', `/api/workflows/${id}/logs?stream=a%20b`).expect(400);
  expect(body.errors).toMatchObject([{ pointer: '/stream', message: expect.stringMatching(/^must be the name of/) }]);
});

it.each([
  ['stream=..', 400],
  ['stream=a%2Fb', 400],
  ['cursor=nonsense', 400],
  ['limit=1', 400],
  ['tail=0', 400],
  ['attempt=9', 404],
])('?%s: %i', async (query, status) => {
  const { id } = await api.submit();
  expect((await api.call('get', `/api/workflows/${id}/logs?${query}`)).status).toBe(status);
});

it('has no streams of an attempt that there is not', async () => {
  const { id } = await api.submit();
  const answer = await api.call('get', `/api/workflows/${id}/logs/streams?attempt=9`);
  expect([answer.status, answer.body.code]).toEqual([404, 'attempt_unknown']);
});
