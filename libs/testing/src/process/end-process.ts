import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './is-alive.ts';

/** What to send, and how long to wait for the process to go before the next thing is sent. */
export interface Escalation {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** Asks, waits, then forces. */
export const politely: readonly Escalation[] = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/** Ends the process `pid` and resolves once it is gone. Throws when even the last signal did not end it in its time. */
export async function endProcess(pid: number, escalations: readonly Escalation[] = politely): Promise<void> {
  for (const { signal, waitMs } of escalations) {
    if (!send(pid, signal)) return;
    if (await goneWithin(pid, waitMs)) return;
  }
  throw new Error(`Process ${pid} is still there after ${escalations.map(({ signal }) => signal).join(', ')}`);
}

/** Sends a signal; false when the process is gone already. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether the process ended within `waitMs`; a zombie counts as ended. */
export async function goneWithin(pid: number, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}
