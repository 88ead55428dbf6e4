import type { AttemptFinished, AttemptPhase, Reason } from '@griffin/contracts';
import type { Handle } from './attempt.ts';

/** What one look at an attempt found. */
export type Observation =
  /** Nothing of it exists, and nothing tells how it ended. */
  | { kind: 'gone' }
  /** The look itself failed: this says nothing about the attempt. */
  | { kind: 'unseen'; reason: Reason }
  | {
      kind: 'alive';
      phase: Extract<AttemptPhase, 'queued' | 'pulling' | 'starting' | 'running'>;
      reason: Reason | null;
      /** Null while there is only what the attempt will run on, and nothing of its own. */
      handle: Handle | null;
      /** What the attempt runs on, once that is up. */
      cluster: Cluster | null;
    }
  | {
      kind: 'ended';
      exit: Extract<AttemptFinished['exit'], 'succeeded' | 'failed' | 'stopped'>;
      exitCode: number | null;
      reason: Reason | null;
      logTail: string | null;
      /** If not nothing, `remove` has work to do. */
      left: Left;
    };

/** What is still there of an attempt: something that can compute, objects that cannot, or nothing. */
export type Left = 'work' | 'objects' | 'nothing';

export type ObservationOf<K extends Observation['kind']> = Extract<Observation, { kind: K }>;

export interface Cluster {
  /** For people; null where there is no dashboard. */
  dashboardUrl: string | null;
  /** The same, for what is where the attempt is. */
  dashboardAddress: string | null;
}

export const noDashboard: Cluster = { dashboardUrl: null, dashboardAddress: null };

/** One that is found at the same place from everywhere. */
export const dashboardAt = (url: string): Cluster => ({ dashboardUrl: url, dashboardAddress: url });
