import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from './run.ts';

const unusedDays = 14;

/** Where what is expensive to make is kept, for all checkouts of this account. */
export const cacheRoot = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'griffin', 'cluster');

/**
 * The file or folder `kind/name` of the cache: made by `make` when it is not there, and renamed into place when complete.
 * Others of its kind go when nobody has used them for two weeks.
 */
export async function cached(kind: string, name: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot, kind);
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  if (!existsSync(path)) {
    const unfinished = `${path}.${process.pid}`;
    try {
      await make(unfinished);
      await rename(unfinished, path);
    } catch (error) {
      // Two at once: the other was first, and made the same.
      if (!existsSync(path)) throw error;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  await utimes(path, new Date(), new Date());
  await forgetUnused(folder);
  return path;
}

/** Where `taken` puts an entry of the cache. */
export const placeOf = (entry: string, folder: string): string =>
  join(folder, basename(dirname(entry)), basename(entry));

/** Gives `folder` an entry of the cache as its own, by links where it can: whoever empties the cache ends no cluster. */
export async function taken(entry: string, folder: string): Promise<string> {
  const place = placeOf(entry, folder);
  if (existsSync(place)) return place;
  await mkdir(dirname(place), { recursive: true });
  const unfinished = `${place}.unfinished`;
  const copy = (how: string[]) => run(['cp', '--archive', ...how, entry, unfinished]);
  await copy(['--link']).catch(async () => {
    // Another file system.
    await rm(unfinished, { recursive: true, force: true });
    await copy([]);
  });
  await rename(unfinished, place);
  return place;
}

async function forgetUnused(folder: string): Promise<void> {
  const oldest = Date.now() - unusedDays * 86_400_000;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await stat(path)).mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
}
