import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { send } from '../../libs/testing/src/index.ts';
import { readProc, statOf } from './proc.ts';

/** Every process of an installation carries this variable with the state folder as its value, and hands it on. */
export const installationMark = 'GRIFFIN_INSTALLATION_DIR';

/** The living processes whose environment has the given variable, whoever started them. PostgreSQL is left out: it is shut down in its own way. */
export function processesWith(variables: Record<string, string>): number[] {
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return everyProcess().filter((pid) => carries(pid, wanted));
}

function everyProcess(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => !isZombie(pid) && programOf(pid) !== 'postgres');
}

/**
 * The living processes of an installation: those that carry its mark, and those that share a session with one that does
 * or did: an installation starts each in a session of its own. Ray's renamed processes write their new name over their
 * environment, but none leaves the session of its Ray.
 */
function processesOf(stateDir: string, sessions: Set<string>): number[] {
  const own = sessionOf(process.pid);
  const marked = processesWith({ [installationMark]: stateDir });
  for (const session of marked.map(sessionOf)) if (session !== '' && session !== own) sessions.add(session);
  return [...new Set([...marked, ...everyProcess().filter((pid) => sessions.has(sessionOf(pid)))])];
}

/** Ends an installation's processes, politely first; again and again, since one may start another while it goes. */
export async function endProcessesOf(stateDir: string, graceMs = 5_000): Promise<void> {
  const forceAfter = Date.now() + graceMs;
  const giveUpAfter = forceAfter + 10_000;
  const asked = new Set<number>();
  const sessions = new Set<string>();
  for (;;) {
    const alive = processesOf(stateDir, sessions);
    if (alive.length === 0) return;
    if (Date.now() > giveUpAfter) throw new Error(`These processes do not end: ${alive.join(', ')}`);
    for (const pid of alive) {
      if (Date.now() > forceAfter) send(pid, 'SIGKILL');
      else if (!asked.has(pid)) send(pid, 'SIGTERM');
      asked.add(pid);
    }
    await delay(50);
  }
}

function carries(pid: number, wanted: readonly string[]): boolean {
  const environment = readProc(pid, 'environ').split('\0');
  return wanted.every((variable) => environment.includes(variable));
}

/** Or one that is gone. */
const isZombie = (pid: number) => (statOf(pid)[0] ?? 'Z') === 'Z';

/** Empty for a process that is gone. */
const sessionOf = (pid: number) => statOf(pid)[3] ?? '';

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return '';
  }
}
