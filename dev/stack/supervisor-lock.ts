import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { startTimeOf } from '../../libs/testing/src/index.ts';

interface Holder {
  pid: number;
  /** The kernel's start time of that process: its pid alone may have been given to another since. */
  started: string;
}

/** Takes the state folder for this process; throws when a living supervisor has it. */
export function takeSupervisorLock(file: string): void {
  const holder = readHolder(file);
  if (holder && startTimeOf(holder.pid) === holder.started) {
    throw new Error(
      `Griffin already runs on this state folder (process ${holder.pid}). End it first, ` +
        'or give this one another folder: GRIFFIN_STATE_DIR=<folder>.',
    );
  }
  const self: Holder = { pid: process.pid, started: startTimeOf(process.pid) };
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
}

export function releaseSupervisorLock(file: string): void {
  rmSync(file, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
