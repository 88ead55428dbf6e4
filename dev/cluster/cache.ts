import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheRoot as ofAccount, kept } from '../../libs/testing/src/index.ts';
import { run } from './run.ts';

export const cacheRoot = join(ofAccount, 'cluster');

/** The file or folder `kind/name` of the cache: made by `make`, which gets its unfinished path, when it is not there. */
export async function cached(kind: string, name: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  return kept(join(cacheRoot, kind), name, make);
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
