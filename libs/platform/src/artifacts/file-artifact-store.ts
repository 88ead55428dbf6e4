import { randomUUID } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  ArtifactStoreUnavailable,
  ArtifactUriRefused,
  type ArtifactStore,
  type ByteRange,
  type StoredArtifact,
} from './artifact-store.ts';
import { byUri, normalizedRoot, segmentsBelow, uriBelow } from './artifact-uri.ts';

const temporarySuffix = '.griffin-partial';

/** Artifacts in a folder. Runs write there too, so a symbolic link that leads out of the root is refused when read. */
export class FileArtifactStore implements ArtifactStore {
  readonly #root: string;
  readonly #folder: string;

  constructor(rootUri: string) {
    this.#root = normalizedRoot(rootUri);
    this.#folder = fileURLToPath(this.#root);
  }

  async put(uri: string, body: Buffer): Promise<void> {
    const path = this.#path(uri);
    await answering(async () => {
      await mkdir(dirname(path), { recursive: true });
      await this.#refuseOutside(dirname(path));
      await writeDurably(path, body);
    });
  }

  async read(uri: string): Promise<Buffer | undefined> {
    return this.#existing(uri, (path) => readFile(path));
  }

  async stat(uri: string): Promise<{ size: number } | undefined> {
    return this.#existing(uri, async (path) => ({ size: (await stat(path)).size }));
  }

  async stream(uri: string, range?: ByteRange): Promise<Readable | undefined> {
    return this.#existing(uri, async (path) => createReadStream(path, range));
  }

  async list(prefixUri: string): Promise<StoredArtifact[]> {
    const folder = prefixUri === this.#root ? this.#folder : this.#path(prefixUri);
    return answering(async () => {
      const names = await filesBelow(folder);
      const found = await Promise.all(names.map((path) => this.#describe(path)));
      return found.filter((file) => file !== undefined).toSorted(byUri);
    });
  }

  /** Undefined for a file that went away since the folder was read. */
  async #describe(path: string): Promise<StoredArtifact | undefined> {
    const status = await unlessMissing(stat(path));
    return status && { uri: uriBelow(this.#root, relative(this.#folder, path).split(sep)), size: status.size };
  }

  #path(uri: string): string {
    return join(this.#folder, ...segmentsBelow(this.#root, uri));
  }

  async #existing<T>(uri: string, use: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = this.#path(uri);
    return answering(async () => {
      const status = await unlessMissing(stat(path));
      if (!status?.isFile()) return undefined;
      await this.#refuseOutside(path);
      return unlessMissing(use(path));
    });
  }

  async #refuseOutside(path: string): Promise<void> {
    const [inside, actual] = await Promise.all([realpath(this.#folder), realpath(path)]);
    if (actual !== inside && !actual.startsWith(inside + sep)) throw new ArtifactUriRefused();
  }
}

/** Temporary file, fsync, rename, fsync of the folder: after a crash there is the old file or the new one. */
async function writeDurably(path: string, body: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}${temporarySuffix}`;
  try {
    await syncing(temporary, 'wx', (file) => file.writeFile(body));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncing(dirname(path), 'r', async () => {});
}

async function syncing(path: string, flags: string, work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>) {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries: Dirent[] = (await unlessMissing(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(temporarySuffix))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArtifactUriRefused) throw error;
    throw new ArtifactStoreUnavailable(error);
  }
}
