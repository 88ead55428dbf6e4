import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphanPostgres } from '../../libs/testing/src/index.ts';
import { endProcessesOf } from './marked-processes.ts';
import type { StateFolder } from './state-folder.ts';

/** Ends whatever still runs of an installation, PostgreSQL last. Safe to repeat, and when nothing runs. */
export async function endInstallation(state: StateFolder): Promise<void> {
  await endProcessesOf(state.root);
  await removeRayFolders(state);
  await endOrphanPostgres(state.postgres);
}

/** A Ray keeps its sockets in a short folder outside of the state folder; the worker notes where. */
async function removeRayFolders({ root }: StateFolder): Promise<void> {
  const notes = join(root, 'ray');
  const files = await readdir(notes).catch(() => []);
  for (const file of files.filter((name) => name.endsWith('.json'))) {
    const { folder } = JSON.parse(await readFile(join(notes, file), 'utf8')) as { folder?: string };
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}
