import { readdirSync } from 'node:fs';
import { eventually, isAlive, send } from '../../libs/testing/src/index.ts';
import { readProc, statOf } from '../stack/proc.ts';

/** The living children of a process. */
export const childrenOf = (pid: number): number[] => everyProcess().filter((one) => parentOf(one) === pid);

/** The living processes of the session that a process has begun. */
export const sessionOf = (leader: number): number[] =>
  everyProcess().filter((one) => statOf(one)[3] === String(leader));

/** Undefined for a process that is gone. */
export function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)[1];
  return parent === undefined ? undefined : Number(parent);
}

/** What a process was started with, or has renamed itself to; empty for one that is gone. */
export const commandOf = (pid: number): string => readProc(pid, 'cmdline').replaceAll('\0', ' ');

/** Kills a process and everything below it, as when their machine is lost, and resolves when all are gone. */
export async function killTree(root: number): Promise<void> {
  const tree = treeOf(root);
  await signalAll(() => tree, 'SIGKILL', 5_000);
}

/** Asks all processes of a session to end, forces those that do not, and resolves when all are gone. */
export async function endSession(leader: number): Promise<void> {
  await signalAll(() => sessionOf(leader), 'SIGTERM', 5_000).catch(() =>
    signalAll(() => sessionOf(leader), 'SIGKILL', 5_000),
  );
}

/** Throws where some are there still. */
async function signalAll(processes: () => number[], signal: NodeJS.Signals, waitMs: number): Promise<void> {
  for (const pid of processes()) send(pid, signal);
  await eventually(
    () => {
      const left = processes().filter(isAlive);
      if (left.length > 0) throw new Error(`Processes ${left.join(', ')} outlive ${signal}`);
    },
    { timeoutMs: waitMs },
  );
}

const treeOf = (root: number): number[] => [root, ...childrenOf(root).flatMap(treeOf)];

const everyProcess = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isAlive(pid));
