import type { AttemptFinished } from '@griffin/contracts';
import type { ObservationOf } from '../../backend/observation.ts';
import { exitOf, exitUnknown } from '../../backend/exit-status.ts';
import type { RayJob } from './ray-jobs.ts';

type Exit = Pick<ObservationOf<'ended'>, 'exit' | 'exitCode' | 'reason'>;

/** What the state of a Ray job says. A status that is not known says nothing. */
export function readJob(job: RayJob): 'queued' | 'running' | Exit | null {
  switch (job.status) {
    case 'PENDING':
      return 'queued';
    case 'RUNNING':
      return 'running';
    case 'SUCCEEDED':
      return exitOf(0);
    case 'STOPPED':
      return stopped;
    case 'FAILED':
      return failed(job);
    default:
      return null;
  }
}

const stopped: Exit = {
  exit: 'stopped' satisfies AttemptFinished['exit'],
  exitCode: null,
  reason: { code: 'terminated', message: 'The Ray job was stopped.' },
};

function failed({ driver_exit_code: code, error_type: type, message }: RayJob): Exit {
  if (typeof code === 'number') return exitOf(code < 0 ? 128 - code : code);
  const firstLine = message?.split('\n', 1)[0] ?? '';
  if (type === 'JOB_SUPERVISOR_ACTOR_DIED')
    return exitUnknown(`The runtime was lost with its supervisor. ${firstLine}`);
  const said = `Ray could not start the runtime (${type ?? 'no reason given'}). ${firstLine}`;
  return { exit: 'failed', exitCode: null, reason: { code: 'submission_failed', message: said } };
}
