import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, sha256 } from '../fingerprint.ts';
import { pipe } from '../run.ts';
import type { ImageConfig } from './dockerfile.ts';
import type { Layer } from './layers.ts';

export interface Image {
  /** With a tag that changes with the content, so that the same name is never two images. */
  name: string;
  layers: Layer[];
  config: ImageConfig;
}

export function imageOf(repository: string, layers: Layer[], config: ImageConfig): Image {
  return {
    name: `${repository}:${fingerprint(JSON.stringify(config), ...layers.map(({ key }) => key))}`,
    layers,
    config,
  };
}

/** Makes the image's archive and hands it to `importer`, which reads it from its standard input. */
export async function importImage({ name, layers, config }: Image, importer: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'griffin-image-'));
  try {
    const digests: string[] = [];
    for (const layer of layers) {
      const file = await layer.file();
      const digest = await sha256(file);
      digests.push(digest);
      await symlink(file, join(folder, `${digest}.tar`));
    }
    await writeFile(join(folder, 'config.json'), JSON.stringify(describe(config, digests)));
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: digests.map((digest) => `${digest}.tar`) }];
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    // The layers are large: they are followed by tar and never copied.
    await pipe(['tar', '-C', folder, '--dereference', '-cf', '-', '.'], importer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ env, workingDir, user, command }: ImageConfig, digests: string[]): object {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Cmd: command,
      WorkingDir: workingDir,
      User: user,
    },
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
    history: digests.map(() => ({ created_by: 'dev/cluster/image' })),
  };
}
