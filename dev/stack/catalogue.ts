import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './state-folder.ts';

const catalogue = join(repository, 'python/griffin-runtimes/catalogue.json');

/** The file of the runtimes that api offers: as it is, or, for a cluster, with the one image that its nodes have. */
export function writeCatalogue(folder: string, image: string | undefined): string {
  if (image === undefined) return catalogue;
  const runtimes = JSON.parse(readFileSync(catalogue, 'utf8')) as { image: string | null }[];
  const file = join(folder, 'catalogue.json');
  writeFileSync(file, JSON.stringify(runtimes.map((runtime) => ({ ...runtime, image: runtime.image && image }))));
  return file;
}
