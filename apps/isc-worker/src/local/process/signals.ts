import type { FoundProcess, ProcessId } from './proc.ts';

/** Sends the signal to each process that is still there. */
export function signalAll(processes: readonly ProcessId[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Those that none of the others started. What asks them to end leaves the rest to them. */
export function rootsOf(processes: readonly FoundProcess[]): FoundProcess[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.filter(({ parent }) => !pids.has(parent));
}
