import { readFileSync } from 'node:fs';
import { processesWith } from '../../../dev/stack/marked-processes.ts';

/** The process that does the work of a run's attempt: the child of the one that watches over it. */
export function workingProcess(runId: string): number {
  const found = processesWith({ GRIFFIN_RUN_ID: runId }).filter((pid) =>
    commandOf(pid).includes('griffin_runtimes.run'),
  );
  const [pid] = found;
  if (pid === undefined) throw new Error(`no process works on run ${runId}`);
  return pid;
}

function commandOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
}
