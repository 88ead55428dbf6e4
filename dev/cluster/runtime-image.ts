import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cached } from './cache.ts';
import { pauseImage } from './configuration.ts';
import { parseDockerfile } from './image/dockerfile.ts';
import { type Image, imageOf } from './image/image.ts';
import { layersOf } from './image/layers.ts';
import { fingerprintOfFiles } from './fingerprint.ts';
import { run } from './run.ts';

const repository = resolve(import.meta.dirname, '../..');
const dockerfile = join(repository, 'deploy/images/runtime.Dockerfile');

/** The image of the standard runtimes as this checkout has them. `debian` is asked for the packages that make it, if it has to be made. */
export async function runtimeImage(debian: () => Promise<string>): Promise<Image> {
  const parsed = parseDockerfile(await readFile(dockerfile, 'utf8'));
  return imageOf('griffin.local/runtime', layersOf(parsed, repository, debian), parsed.config);
}

/** What containerd starts for every pod before its containers. */
export function imageOfPause(program: string): Image {
  const key = fingerprintOfFiles(program);
  const file = () =>
    cached('layers', `${key}.tar`, async (unfinished) => {
      const folder = `${unfinished}-root`;
      await mkdir(folder, { recursive: true });
      await copyFile(program, join(folder, 'pause'));
      await run(['tar', '-C', folder, '-cf', unfinished, '.']);
      await rm(folder, { recursive: true });
    });
  const config = { env: {}, workingDir: '/', user: '65534', command: ['/pause'] };
  return { name: pauseImage, layers: [{ key, file }], config };
}
