import { readFileSync } from 'node:fs';

/**
 * When the kernel started the process `pid`, which tells it from a later one of that pid: field 22 of /proc/<pid>/stat.
 * Empty when there is no such process.
 */
export function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
