import type { Reason } from '@griffin/contracts';
import { dashboardAt, type Observation, type ObservationOf } from '../../backend/observation.ts';
import { newWorkload, type Workload } from './workload.ts';

export const now = new Date('2026-03-01T12:00:00Z');
export const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
export const terminated: Reason = { code: 'terminated', message: 'Someone asked for it.' };
export const dashboard = dashboardAt('http://127.0.0.1:8265');

/** An attempt that was seen running a second ago. */
export const aRunningWorkload = (changed: Partial<Workload> = {}): Workload => ({
  ...newWorkload,
  phase: 'running',
  made: true,
  handle: { uid: 'one' },
  cluster: dashboard,
  progressedAt: secondsAgo(1),
  ...changed,
});

export const alive = (changed: Partial<ObservationOf<'alive'>> = {}): Observation => ({
  kind: 'alive',
  phase: 'running',
  reason: null,
  handle: { uid: 'one' },
  cluster: dashboard,
  ...changed,
});

export const ended = (changed: Partial<ObservationOf<'ended'>> = {}): Observation => ({
  kind: 'ended',
  exit: 'succeeded',
  exitCode: 0,
  reason: null,
  logTail: 'the last line',
  left: 'nothing',
  ...changed,
});

export const killed: Reason = { code: 'process_killed', message: 'The process was ended by SIGKILL.' };
export const gone: Observation = { kind: 'gone' };
export const unseen: Observation = {
  kind: 'unseen',
  reason: { code: 'cluster_unreachable', message: 'The dashboard does not answer.' },
};
