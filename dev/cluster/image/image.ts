import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { fingerprint, sha256, sha256OfText } from '../fingerprint.ts';
import { pipe } from '../run.ts';
import type { ImageConfig } from './dockerfile.ts';
import type { Layer } from './layers.ts';

export interface Image {
  /** With a tag that changes with the content, so that the same name is never two images. */
  name: string;
  layers: Layer[];
  config: ImageConfig;
}

/** Where an image is imported: a command that reads an archive, and whether it has a blob of that digest already. */
export interface Importer {
  command: string[];
  has(digest: string): boolean;
}

interface Blob {
  digest: string;
  size: number;
  /** Where its content lies; a text otherwise. */
  file?: string;
  text?: string;
}

export function imageOf(repository: string, layers: Layer[], config: ImageConfig): Image {
  const tag = fingerprint(JSON.stringify(config), ...layers.map(({ key }) => key));
  return { name: `${repository}:${tag}`, layers, config };
}

/** Hands over the image as an archive in OCI's layout, without the layers that are there already: they can be large. */
export async function importImage({ name, layers, config }: Image, importer: Importer): Promise<void> {
  const blobs = await Promise.all(layers.map(blobOfLayer));
  const description = blobOfText(JSON.stringify(describe(config, blobs)));
  const manifest = blobOfText(JSON.stringify(manifestOf(description, blobs)));
  const folder = await mkdtemp(join(tmpdir(), 'griffin-image-'));
  try {
    await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
    for (const blob of [manifest, description, ...blobs.filter(({ digest }) => !importer.has(digest))]) {
      const path = join(folder, 'blobs', blob.digest.replace(':', '/'));
      await (blob.file === undefined ? writeFile(path, blob.text ?? '') : symlink(blob.file, path));
    }
    await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    const annotations = { 'io.containerd.image.name': name };
    const manifests = [{ ...descriptor('manifest.v1+json', manifest), annotations }];
    await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    // tar follows the links, so that no layer is copied.
    await pipe(['tar', '-C', folder, '--dereference', '-cf', '-', '.'], importer.command);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function blobOfLayer(layer: Layer): Promise<Blob> {
  const file = await layer.file();
  const { ino, size } = await stat(file);
  // Of this very file: made again, a layer has other times in it.
  const remembered = fingerprint(layer.key, String(ino), String(size));
  const digest = await cached('digests', remembered, async (unfinished) => writeFile(unfinished, await sha256(file)));
  return { digest: `sha256:${await readFile(digest, 'utf8')}`, size, file };
}

const blobOfText = (text: string): Blob => ({
  digest: `sha256:${sha256OfText(text)}`,
  size: Buffer.byteLength(text),
  text,
});

const descriptor = (type: string, { digest, size }: Blob) => ({
  mediaType: `application/vnd.oci.image.${type}`,
  digest,
  size,
});

function manifestOf(description: Blob, layers: Blob[]): object {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('config.v1+json', description),
    layers: layers.map((layer) => descriptor('layer.v1.tar', layer)),
  };
}

function describe({ env, workingDir, user, command }: ImageConfig, layers: Blob[]): object {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Cmd: command,
      WorkingDir: workingDir,
      User: user,
    },
    // The layers are not compressed, so their digests are those of their content.
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created_by: 'dev/cluster/image' })),
  };
}
