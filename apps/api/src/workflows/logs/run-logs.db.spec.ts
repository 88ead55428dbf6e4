import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactLayout, type ResolvedRunSpec } from '@griffin/contracts';
import { encodeCursor } from '@griffin/platform';
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
  expect(streams.body).toEqual({ attempt: 1, items: ['driver', 'worker-1.out'] });
  await hear(api, aFinish(spec, { reason: { code: 'cluster_lost', message: 'Lost.' }, retryable: true }));
  ship(spec, [Buffer.from('z')], { attempt: 2 });
  expect(await read(id)).toMatchObject({ attempt: 2, text: 'z' });
  expect(await read(id, { attempt: 1, stream: 'worker-1.out' })).toMatchObject({
    attempt: 1,
    text: 'y',
    complete: true,
  });
});

it("reads Ray's logs by the same rules, each by its own name", async () => {
  const { id, spec } = await api.submit();
  const [raylet, monitor] = ['ray/head-x7k2p/raylet.out', 'ray/head-x7k2p/monitor.log'];
  ship(spec, [Buffer.from('one\n'), Buffer.from('two\n')], { stream: raylet });
  ship(spec, [Buffer.from('scaling\n')], { stream: monitor });
  ship(spec, [Buffer.from('from a worker\n')], { stream: 'ray/worker-9vbtd/raylet.out' });
  const { body } = await api.call('get', `/api/workflows/${id}/logs/streams`).expect(200);
  expect(body.items).toEqual([monitor, raylet, 'ray/worker-9vbtd/raylet.out']);
  const tail = await read(id, { stream: raylet, tail: 1 });
  expect(tail).toMatchObject({ stream: raylet, text: 'two\n', complete: false });
  ship(spec, [Buffer.from('three\n')], { from: 8, stream: raylet });
  expect(await read(id, { cursor: tail.next_cursor })).toMatchObject({ stream: raylet, text: 'three\n' });
  await hear(api, aFinish(spec));
  expect(await read(id, { stream: raylet })).toMatchObject({ text: 'one\ntwo\nthree\n', complete: true });
});

it('says of an unknown stream which there are', async () => {
  const { id, spec } = await api.submit();
  const refusal = async (stream: string) =>
    (await api.call('get', `/api/workflows/${id}/logs`).query({ stream }).expect(404)).body;
  expect(await refusal('ray/head-x7k2p')).toMatchObject({
    code: 'log_stream_unknown',
    detail: expect.stringContaining('It has none so far.'),
  });
  ship(spec, [Buffer.from('x')]);
  for (let i = 10; i < 32; i += 1) ship(spec, [Buffer.from('x')], { stream: `ray/head-x7k2p/worker-${i}.out` });
  const { detail } = await refusal('ray/head-x7k2p');
  expect(detail).toContain('It has: driver, ray/head-x7k2p/worker-10.out, ');
  expect(detail).toContain('and 3 more (see logs/streams)');
});

it('follows no cursor that leads out of the logs', async () => {
  const { id } = await api.submit();
  const cursor = encodeCursor({ attempt: 1, stream: '../../2/logs/driver', offset: 0 });
  const answer = await api.call('get', `/api/workflows/${id}/logs`).query({ cursor });
  expect(answer.status).toBe(400);
});

it('says in words what the name of a stream is', async () => {
  const { id } = await api.submit();
  const { body } = await api.call('get', `/api/workflows/${id}/logs?stream=a%20b`).expect(400);
  expect(body.errors).toMatchObject([{ pointer: '/stream', message: expect.stringMatching(/^must be the name of/) }]);
});

it.each([
  ['stream=..', 400],
  ['stream=a%2Fb', 404],
  ['stream=a%2F..%2Fb', 400],
  ['stream=a%2F', 400],
  ['stream=%2Fa', 400],
  ['stream=a%2Fb%2Fc%2Fd%2Fe%2Ff', 400],
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
