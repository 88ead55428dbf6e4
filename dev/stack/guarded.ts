import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFolder } from './state-folder.ts';

/** What the supervisor says when it has ended everything itself. */
export const farewell = 'done';

export interface Guardian {
  /** Ends the guardian: nothing is left to guard. */
  dismiss(): Promise<void>;
}

/** Starts the process that ends the installation should this one die. It is in a session of its own, so that Ctrl-C does not reach it. */
export function startGuardian(state: StateFolder): Guardian {
  const log = openSync(join(state.logs, 'guardian.log'), 'a');
  const script = join(import.meta.dirname, 'guardian.ts');
  const child = spawn(process.execPath, [script, state.root], { detached: true, stdio: ['pipe', log, log] });
  child.unref();
  const gone = once(child, 'exit');
  const dismiss = async () => {
    child.ref();
    child.stdin?.end(farewell);
    await gone;
  };
  return { dismiss };
}
