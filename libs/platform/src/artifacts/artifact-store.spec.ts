import { mkdtemp, readdir, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArtifactStoreUnavailable, ArtifactUriRefused, type ArtifactStore } from './artifact-store.ts';
import { openArtifactStore } from './open-artifact-store.ts';
import { FakeS3 } from './s3-server.fake.ts';

let folder: string;
let s3: FakeS3;
let endpoint: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin artifacts-'));
  s3 = new FakeS3();
  endpoint = await s3.start();
});
afterEach(async () => {
  s3.stop();
  await rm(folder, { recursive: true });
});

const stores: [string, () => { root: string; store: ArtifactStore }][] = [
  [
    'a folder',
    () => {
      const root = pathToFileURL(folder).href;
      return { root, store: openArtifactStore(root) };
    },
  ],
  [
    'S3',
    () => {
      const root = 's3://bucket/griffin';
      return { root, store: openArtifactStore(root, { endpoint, accessKey: 'a', secretKey: 'b' }) };
    },
  ],
];

describe.each(stores)('an artifact store in %s', (_where, open) => {
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

  it('lists the files below a folder and not beside it', async () => {
    const { root, store } = open();
    for (const name of ['logs/b/1 x.log', 'logs/b/0.log', 'logs/a.log', 'logs-other/c.log', 'logs/dt=1/z']) {
      await store.put([root, ...name.split('/').map(encodeURIComponent)].join('/'), Buffer.from(name));
    }
    expect(await store.list(`${root}/logs`)).toEqual([
      { uri: `${root}/logs/a.log`, size: 10 },
      { uri: `${root}/logs/b/0.log`, size: 12 },
      { uri: `${root}/logs/b/1%20x.log`, size: 14 },
      { uri: `${root}/logs/dt=1/z`, size: 11 },
    ]);
    expect(await store.list(root)).toHaveLength(5);
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
});

describe('a folder', () => {
  const open = () => stores[0]![1]();

  it('holds no half-written file, whoever writes at the same time', async () => {
    const { root, store } = open();
    const bodies = ['a', 'b', 'c', 'd'].map((letter) => Buffer.from(letter.repeat(100_000)));
    await Promise.all(bodies.map((body) => store.put(`${root}/x`, body)));
    const kept = await store.read(`${root}/x`);
    expect(bodies.some((body) => body.equals(kept!))).toBe(true);
    expect(await readdir(folder)).toEqual(['x']);
  });

  it('is not left by a link that a run placed in it', async () => {
    const { root, store } = open();
    const outside = await mkdtemp(join(tmpdir(), 'griffin-outside-'));
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(folder, 'out'));
    await symlink(join(outside, 'secret'), join(folder, 'direct'));
    for (const uri of [`${root}/out/secret`, `${root}/direct`]) {
      await expect(store.read(uri)).rejects.toThrow(ArtifactUriRefused);
      await expect(store.stream(uri)).rejects.toThrow(ArtifactUriRefused);
    }
    await expect(store.put(`${root}/out/new`, Buffer.from('x'))).rejects.toThrow(ArtifactUriRefused);
    expect(await store.list(root)).toEqual([]);
    expect(await readdir(outside)).toEqual(['secret']);
    await rm(outside, { recursive: true });
  });

  it('that cannot be written is unavailable, which may pass', async () => {
    const { root, store } = open();
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'file'), '');
    await expect(store.put(`${root}/file/x`, Buffer.from('x'))).rejects.toThrow(ArtifactStoreUnavailable);
    await expect(store.put(`${root}/taken`, Buffer.from('x'))).rejects.toThrow(ArtifactStoreUnavailable);
    expect(await readdir(folder)).toEqual(['file', 'taken']);
  });
});

describe('S3', () => {
  const open = () => stores[1]![1]();

  it('that refuses or is away is unavailable, which may pass', async () => {
    const { root, store } = open();
    s3.refusal = 403;
    await expect(store.put(`${root}/x`, Buffer.from('x'))).rejects.toThrow(ArtifactStoreUnavailable);
    await expect(store.list(root)).rejects.toThrow(ArtifactStoreUnavailable);
    s3.stop();
    await expect(store.read(`${root}/x`)).rejects.toThrow(ArtifactStoreUnavailable);
  });
});

it('an artifact root is a folder or a bucket', () => {
  expect(() => openArtifactStore('http://example.org/')).toThrow(TypeError);
});
