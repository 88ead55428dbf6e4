import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const unusedDays = 14;
/** What is expensive to make is kept here, for all checkouts of this account. */
export const cacheRoot = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'griffin');

/**
 * The folder `kind/<digest of inputs>` of this account's cache, which all its checkouts share: filled by `make` when it is
 * not there.
 */
export async function built(
  kind: string,
  inputs: readonly string[],
  make: (unfinished: string) => Promise<void>,
): Promise<string> {
  return kept(join(cacheRoot, kind), digest(inputs), async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    await make(unfinished);
  });
}

/**
 * The file or folder `name` in `folder`: made by `make` when it is not there, and renamed into place when complete.
 * Others in `folder` go when nobody has used them for two weeks.
 */
export async function kept(folder: string, name: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  if (!(await exists(path))) await makeAt(path, make);
  await utimes(path, new Date(), new Date());
  await forgetUnused(folder);
  return path;
}

async function makeAt(path: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  try {
    await make(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    // Two at once: the other was first, and made the same.
    if (!(await exists(path))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function forgetUnused(folder: string): Promise<void> {
  const oldest = Date.now() - unusedDays * 86_400_000;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && status.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
}

function digest(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:${input}`);
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
