import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { artifactLayout } from '@griffin/contracts';
import { ArtifactStoreUnavailable, openArtifactStore, type ArtifactStore } from '@griffin/platform';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followLog, type LogSource } from './log-follower.ts';
import { isLogComplete, type LogPlace } from './stored-log.ts';

let place: LogPlace;
let store: ArtifactStore;
let container: Container;
let stop: AbortController;

beforeEach(async () => {
  const root = pathToFileURL(await mkdtemp(join(tmpdir(), 'griffin-logs-'))).href;
  place = { root, attempt: 1 };
  store = openArtifactStore(root);
  container = new Container();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await rm(fileURLToPath(place.root), { recursive: true });
});

/** In the place of Kubernetes: a container whose log breaks off when told to. */
class Container implements LogSource {
  lines: { ms: number; text: string }[] = [];
  ended = false;
  gone = false;
  breaks = 0;
  #broken = new AbortController();

  write(...texts: string[]): void {
    for (const text of texts) this.lines.push({ ms: 1_000 + this.lines.length * 100, text });
  }

  breakOff(): void {
    this.breaks += 1;
    this.#broken.abort();
    this.#broken = new AbortController();
  }

  async *read(since: number | null, follow: boolean, signal: AbortSignal): AsyncIterable<Buffer> {
    const until = AbortSignal.any([signal, this.#broken.signal]);
    for (let at = 0; !this.gone;) {
      until.throwIfAborted();
      const line = this.lines[at];
      if (!line && (!follow || this.ended)) return;
      if (line) at += 1;
      else await new Promise((resolve) => setTimeout(resolve, 5));
      if (line && line.ms >= (since ?? 0) * 1_000) {
        yield Buffer.from(`${new Date(line.ms).toISOString()} ${line.text}\n`);
      }
    }
  }

  isOver = () => this.ended || this.gone;
  isGone = () => this.gone;
}

const follow = (through = store) => followLog(through, place, container, stop.signal);
const written = () => container.lines.map(({ text }) => `${text}\n`).join('');

/** As api reads it: the chunks in order, each where the one before ended. */
async function stored(): Promise<string> {
  const folder = artifactLayout.logStream(place.root, 1, 'driver');
  let log = Buffer.alloc(0);
  for (const { uri } of await store.list(folder)) {
    expect(uri).toBe(artifactLayout.logChunk(place.root, 1, 'driver', log.length));
    log = Buffer.concat([log, (await store.read(uri))!]);
  }
  return log.toString();
}

it('is stored while it grows, and complete at its end', async () => {
  const following = follow();
  container.write('one', 'two');
  await eventually(async () => expect(await stored()).toBe('one\ntwo\n'));
  expect(await isLogComplete(store, place)).toBe(false);
  container.write('three');
  container.ended = true;
  await following;
  expect(await stored()).toBe(written());
  expect(await isLogComplete(store, place)).toBe(true);
});

it('goes on after every break without losing or doubling a line', async () => {
  const following = follow();
  for (let line = 0; line < 40; line += 1) {
    container.write(`line ${line}`);
    if (line % 10 === 5) {
      const so = line < 10 ? '' : written().slice(0, 7);
      await eventually(async () => expect((await stored()).startsWith(so)).toBe(true));
      container.breakOff();
    }
  }
  container.ended = true;
  await following;
  expect(container.breaks).toBe(4);
  expect(await stored()).toBe(written());
});

it('is taken over by another worker, also from one that died before it noted what it put', async () => {
  const dying: ArtifactStore = Object.create(store, {
    put: {
      value: async (uri: string, body: Buffer) => {
        const noting = uri === artifactLayout.logPosition(place.root, 1) && body.toString().includes('"offset":1');
        if (noting) stop.abort();
        if (stop.signal.aborted) throw new Error('dead');
        await store.put(uri, body);
      },
    },
  }) as ArtifactStore;
  for (const name of ['read', 'stat', 'list'] as const) Object.assign(dying, { [name]: store[name].bind(store) });
  container.write('0123456789');
  await follow(dying);
  expect(await stored()).toBe('0123456789\n');
  stop = new AbortController();
  container.write('more');
  container.ended = true;
  await follow();
  expect(await stored()).toBe(written());
  expect(await isLogComplete(store, place)).toBe(true);
});

it('waits for a store that is away, and reads no further meanwhile', async () => {
  let away = true;
  const flaky = Object.create(store) as ArtifactStore;
  for (const name of ['read', 'stat', 'list', 'put'] as const) {
    const call = store[name].bind(store) as (...given: unknown[]) => Promise<unknown>;
    Object.assign(flaky, {
      [name]: async (...given: unknown[]) => {
        if (away) throw new ArtifactStoreUnavailable(new Error('away'));
        return call(...given);
      },
    });
  }
  container.write('one', 'two');
  container.ended = true;
  const following = follow(flaky);
  expect(await readdir(fileURLToPath(place.root))).toEqual([]);
  away = false;
  await following;
  expect(await stored()).toBe(written());
});

it('cuts a large log into chunks', async () => {
  container.write(...Array.from({ length: 200 }, () => 'x'.repeat(10_000)));
  container.ended = true;
  await follow();
  const chunks = await store.list(artifactLayout.logStream(place.root, 1, 'driver'));
  expect(chunks.length).toBeGreaterThan(5);
  expect(Math.max(...chunks.map(({ size }) => size))).toBeLessThan(2 * 256 * 1024);
  expect(await stored()).toBe(written());
});

it('of a container that is gone is as far as it was read', async () => {
  container.write('one');
  const following = follow();
  await eventually(async () => expect(await stored()).toBe('one\n'));
  container.gone = true;
  await following;
  expect(await isLogComplete(store, place)).toBe(true);
});
