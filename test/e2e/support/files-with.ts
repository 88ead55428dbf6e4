import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below `folder` that contain one of the `texts`, by their paths in it. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map((file) => holdsOneOf(file, texts)));
  return files.filter((_, at) => found[at]).map((file) => file.slice(folder.length + 1));
}

async function holdsOneOf(file: string, texts: readonly string[]): Promise<boolean> {
  const content = await readFile(file, 'latin1').catch(() => '');
  return texts.some((text) => content.includes(text));
}
