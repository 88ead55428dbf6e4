import { constants } from 'node:os';
import type { Reason } from '@griffin/contracts';
import type { ObservationOf } from './observation.ts';

type Exit = Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'>;

const firstSignalStatus = 128;
/** `EX_TEMPFAIL`: how the runtime says that api did not answer it. */
const apiAwayStatus = 75;
/** How it says that another process has the attempt: it was begun again after what had begun it was lost. */
const claimedStatus = 76;

/** A runtime of ours, whose exit statuses we know, or a container of which only the exit counts. */
export type WhoRuns = 'runtime' | 'container';

/** What an exit status as the shell gives it (128 + n for signal n) says about the attempt. */
export function exitOf(status: number, who: WhoRuns = 'runtime'): Exit {
  if (status === 0) return { exit: 'succeeded', exitCode: 0, reason: null };
  if (status > firstSignalStatus) return killedBy(status, who);
  return { exit: 'failed', exitCode: status, reason: reasonOf(status, who) };
}

/** Of a process that is gone without a word: nothing but SIGKILL, or the machine's end, leaves no exit status. */
export function exitUnknown(message: string): Exit {
  return { exit: 'failed', exitCode: null, reason: { code: 'process_killed', message } };
}

const ofRuntime: Record<number, Reason> = {
  [apiAwayStatus]: { code: 'api_unreachable', message: 'The runtime could not reach api.' },
  [claimedStatus]: {
    code: 'cluster_lost',
    message: 'What the attempt ran on was lost, and it was begun a second time, which did no work.',
  },
};

function reasonOf(status: number, who: WhoRuns): Reason {
  const known = who === 'runtime' ? ofRuntime[status] : undefined;
  return known ?? { code: 'runtime_error', message: `The ${who} exited with code ${status}.` };
}

function killedBy(status: number, who: WhoRuns): Exit {
  const number = status - firstSignalStatus;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
  const hint = name === 'SIGKILL' ? ' Often that is the machine being out of memory.' : '';
  const message = `The ${who} was ended by ${name}.${hint}`;
  return { exit: 'failed', exitCode: status, reason: { code: 'process_killed', message } };
}
