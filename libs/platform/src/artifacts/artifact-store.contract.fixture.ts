import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ArtifactUriRefused, type ArtifactStore } from './artifact-store.ts';
import { uriBelow } from './artifact-uri.ts';

/** A store, and a root of it in which nothing was put yet. */
export interface OpenedStore {
  root: string;
  store: ArtifactStore;
}

/** What S3, a URI, XML or a shell could take for something else. */
const oddNames = [
  'a b',
  ' ',
  'ä',
  '日本語',
  '🚀',
  "it's",
  'a+b',
  'a&b',
  '<a>',
  'a"b',
  'a%20b',
  '100%',
  'dt=1',
  '(a)*!~',
  'a;b:c@d,$',
  '.hidden',
  '...',
];

/** What every artifact store promises, shown on the ones that `open` gives. */
export function describeArtifactStore(where: string, open: () => OpenedStore): void {
  describe(`an artifact store in ${where}`, () => {
    describeFiles(open);
    describeListings(open);
    describeWrites(open);
  });
}

function describeFiles(open: () => OpenedStore): void {
  it('gives back what was put, and the newest of it', async () => {
    const { root, store } = open();
    await store.put(`${root}/runs/1/report.json`, Buffer.from('old'));
    await store.put(`${root}/runs/1/report.json`, Buffer.from('{"a":1}'));
    expect((await store.read(`${root}/runs/1/report.json`))?.toString()).toBe('{"a":1}');
    expect(await store.stat(`${root}/runs/1/report.json`)).toEqual({ size: 7 });
  });

  it('has nothing where nothing was put', async () => {
    const { root, store } = open();
    await store.put(`${root}/runs/1/a`, Buffer.from('x'));
    for (const uri of [`${root}/b`, `${root}/runs/1`, `${root}/runs/1/a/b`]) {
      expect(await store.read(uri), uri).toBeUndefined();
      expect(await store.stat(uri), uri).toBeUndefined();
      expect(await store.stream(uri), uri).toBeUndefined();
    }
    expect(await store.list(`${root}/other`)).toEqual([]);
  });

  it.each([
    [{ start: 0 }, '0123456789'],
    [{ start: 3, end: 5 }, '345'],
    [{ start: 8, end: 100 }, '89'],
    [{ start: 10 }, ''],
    [{ start: 99, end: 120 }, ''],
  ])('streams the bytes %o', async (range, expected) => {
    const { root, store } = open();
    await store.put(`${root}/log`, Buffer.from('0123456789'));
    expect(await text((await store.stream(`${root}/log`, range))!)).toBe(expected);
  });

  it('keeps an empty file', async () => {
    const { root, store } = open();
    await store.put(`${root}/empty`, Buffer.alloc(0));
    expect(await store.read(`${root}/empty`)).toEqual(Buffer.alloc(0));
    expect(await store.stat(`${root}/empty`)).toEqual({ size: 0 });
    expect(await text((await store.stream(`${root}/empty`, { start: 0 }))!)).toBe('');
  });
}

function describeListings(open: () => OpenedStore): void {
  it('lists the files below a folder and not beside it', async () => {
    const { root, store } = open();
    for (const name of ['logs/b/1 x.log', 'logs/b/0.log', 'logs/b.log', 'logs/a.log', 'logs-other/c', 'logs/dt=1/z']) {
      await store.put(uriBelow(root, name.split('/')), Buffer.from(name));
    }
    expect(await store.list(`${root}/logs`)).toEqual([
      { uri: `${root}/logs/a.log`, size: 10 },
      { uri: `${root}/logs/b.log`, size: 10 },
      { uri: `${root}/logs/b/0.log`, size: 12 },
      { uri: `${root}/logs/b/1%20x.log`, size: 14 },
      { uri: `${root}/logs/dt=1/z`, size: 11 },
    ]);
    expect(await store.list(root)).toHaveLength(6);
  });

  it('takes a name for what it is, whatever its characters', async () => {
    const { root, store } = open();
    const uris = oddNames.map((name) => uriBelow(root, ['odd names', name]));
    for (const [at, uri] of uris.entries()) await store.put(uri, Buffer.from(oddNames[at]!));
    for (const [at, uri] of uris.entries()) expect((await store.read(uri))?.toString(), uri).toBe(oddNames[at]);
    const listed = await store.list(`${root}/odd%20names`);
    expect(listed.map(({ uri }) => uri)).toEqual(uris.toSorted());
  });

  it('refuses every way out of its root', async () => {
    const { root, store } = open();
    for (const uri of [`${root}/../x`, `${root}-x/y`, `${root}/%2e%2e/x`, 'file:///etc/passwd', 's3://other/x']) {
      await expect(store.put(uri, Buffer.from('x')), uri).rejects.toThrow(ArtifactUriRefused);
      await expect(store.read(uri), uri).rejects.toThrow(ArtifactUriRefused);
      await expect(store.stream(uri), uri).rejects.toThrow(ArtifactUriRefused);
      await expect(store.stat(uri), uri).rejects.toThrow(ArtifactUriRefused);
      await expect(store.list(uri), uri).rejects.toThrow(ArtifactUriRefused);
    }
  });
}

function describeWrites(open: () => OpenedStore): void {
  const bodies = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(2_000_000, letter));
  const isWhole = (read: Buffer | undefined) => bodies.some((body) => read !== undefined && body.equals(read));

  it('shows no half-written file, whoever writes and reads at the same time', async () => {
    const { root, store } = open();
    await store.put(`${root}/x`, bodies[0]!);
    const written = Promise.all(bodies.map((body) => store.put(`${root}/x`, body)));
    for (let read = 0; read < 10; read += 1) expect(isWhole(await store.read(`${root}/x`))).toBe(true);
    await written;
    expect(isWhole(await store.read(`${root}/x`))).toBe(true);
    expect(await store.list(root)).toEqual([{ uri: `${root}/x`, size: 2_000_000 }]);
  });
}
