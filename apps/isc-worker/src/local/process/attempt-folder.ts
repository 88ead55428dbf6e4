import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptRef } from '../../backend/attempt.ts';
import { isMissing, readIfThere } from '../files.ts';
import { workingFolders } from './proc.ts';

const keptForMs = 7 * 24 * 60 * 60 * 1_000;

/** What one attempt without Ray leaves on this machine: its output, that it started, and how it exited. */
export class AttemptFolder {
  readonly path: string;

  constructor(stateDir: string, { runId, attempt }: AttemptRef) {
    this.path = join(attemptsOf(stateDir), `${runId}-${attempt}`);
  }

  get log(): string {
    return join(this.path, 'output.log');
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  async hasStarted(): Promise<boolean> {
    return (await readIfThere(join(this.path, 'started'))) !== null;
  }

  /** Null until it was written to its line's end. */
  async exitStatus(): Promise<number | null> {
    const text = await readIfThere(join(this.path, 'exit-status'));
    return text?.endsWith('\n') ? Number(text) : null;
  }
}

/**
 * Removes what attempts left more than a week ago. Until then a folder tells how its attempt ended, and keeps an `ensure`
 * that comes late from starting it again. One that a process works in is not left yet, however old it is.
 */
export async function pruneAttemptFolders(stateDir: string, now = Date.now()): Promise<void> {
  await mkdir(attemptsOf(stateDir), { recursive: true, mode: 0o700 });
  const root = await realpath(attemptsOf(stateDir));
  const inUse = await workingFolders();
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    if (inUse.has(folder) || now - (await changedAt(folder)) <= keptForMs) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** An attempt that ends meanwhile takes its scratch folder with it: that is not old. */
async function changedAt(folder: string): Promise<number> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return found?.mtimeMs ?? Infinity;
}

/** What attempts keep on this machine lies here, scratch included: it is pruned, and goes with the state folder. */
export function attemptsOf(stateDir: string): string {
  return join(stateDir, 'attempts');
}
