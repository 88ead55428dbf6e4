import { readFileSync } from 'node:fs';

/** A file of /proc/<pid>; empty for a process that is gone or not ours to look at. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** The fields of /proc/<pid>/stat behind the name: state, parent, group, session; none for a process that is gone. */
export function statOf(pid: number): string[] {
  const line = readProc(pid, 'stat');
  return line === '' ? [] : line.slice(line.lastIndexOf(')') + 2).split(' ');
}
