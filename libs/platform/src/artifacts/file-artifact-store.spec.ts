import { mkdtemp, readdir, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeArtifactStore } from './artifact-store.contract.fixture.ts';
import { ArtifactStoreUnavailable, ArtifactUriRefused } from './artifact-store.ts';
import { openArtifactStore } from './open-artifact-store.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin artifacts-'));
});
afterEach(() => rm(folder, { recursive: true }));

function open() {
  const root = pathToFileURL(folder).href;
  return { root, store: openArtifactStore(root) };
}

describeArtifactStore('a folder', open);

describe('a folder', () => {
  it('holds nothing but what was put', async () => {
    const { root, store } = open();
    await Promise.all(['a', 'b', 'c'].map((letter) => store.put(`${root}/x`, Buffer.alloc(100_000, letter))));
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

it('an artifact root is a folder or a bucket', () => {
  expect(() => openArtifactStore('http://example.org/')).toThrow(TypeError);
});
