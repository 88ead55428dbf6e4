import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFolder } from '../../../dev/stack/state-folder.ts';

/** Where each Ray of an installation keeps its session, its logs among it: the worker notes that. */
export function rayFolders({ root }: StateFolder): string[] {
  const notes = join(root, 'ray');
  const files = readdirSync(notes).filter((name) => name.endsWith('.json'));
  return files.map((file) => (JSON.parse(readFileSync(join(notes, file), 'utf8')) as { folder: string }).folder);
}
