import { readFileSync } from 'node:fs';

/** Whether the process `pid` still runs. A zombie does not: it only waits for its parent to notice. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X');
  } catch {
    return false;
  }
}
