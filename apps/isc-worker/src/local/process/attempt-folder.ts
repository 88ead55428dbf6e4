import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptRef } from '../../backend/attempt.ts';
import { readIfThere } from '../files.ts';

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

/** Removes what attempts left more than a week ago. */
export async function pruneAttemptFolders(stateDir: string, now = Date.now()): Promise<void> {
  const root = attemptsOf(stateDir);
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    if (now - (await stat(folder)).mtimeMs > keptForMs) await rm(folder, { recursive: true, force: true });
  }
}

/** What attempts keep on this machine lies here, scratch included: it is pruned, and goes with the state folder. */
export function attemptsOf(stateDir: string): string {
  return join(stateDir, 'attempts');
}
