import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process that cannot be taken for another one which got its number later. */
export interface ProcessId {
  pid: number;
  /** In clock ticks since the machine's boot, as the kernel counts. */
  startTime: number;
}

export interface FoundProcess extends ProcessId {
  parent: number;
  /** The command line, arguments parted by spaces. */
  command: string;
}

/** The process with this number, unless there is none or it only waits to be buried. */
export async function processAt(pid: number): Promise<(ProcessId & { parent: number }) | null> {
  const stat = await readProc(pid, 'stat');
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || ['', 'Z', 'X', 'x'].includes(state)) return null;
  return { pid, parent: Number(parent), startTime: Number(rest[17]) };
}

export async function isAlive({ pid, startTime }: ProcessId): Promise<boolean> {
  return (await processAt(pid))?.startTime === startTime;
}

/**
 * Every process whose environment has all these variables with these values. Sees the environment that a process was
 * started with, and only of processes that we may look into: our own user's, or all as root.
 */
export async function processesWith(variables: Record<string, string>): Promise<FoundProcess[]> {
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const found = await Promise.all((await pids()).map((pid) => findAt(pid, wanted)));
  return found.filter((process) => process !== null);
}

/** Where processes work, of those that we may look into. */
export async function workingFolders(): Promise<Set<string>> {
  return new Set(await Promise.all((await pids()).map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => ''))));
}

async function pids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function findAt(pid: number, wanted: string[]): Promise<FoundProcess | null> {
  const environment = new Set((await readProc(pid, 'environ')).split('\0'));
  if (!wanted.every((variable) => environment.has(variable))) return null;
  const process = await processAt(pid);
  return process && { ...process, command: (await readProc(pid, 'cmdline')).replaceAll('\0', ' ').trim() };
}

/** Empty for a process that went meanwhile, or is not ours to look into. */
async function readProc(pid: number, file: 'stat' | 'environ' | 'cmdline'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
