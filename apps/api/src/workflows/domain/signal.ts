import type { AttemptFinished, AttemptPhase, FinalReport, Reason } from '@griffin/contracts';
import type { Links } from './run.ts';

/** Everything that can bear on a run, by whoever says it. `at` is when it was said. */
export type Signal =
  /** The runtime wants to begin. */
  | { type: 'claim'; bootId: string; at: Date }
  /** The runtime tells where to look. */
  | { type: 'links'; links: Links; at: Date }
  /** The runtime's final word. */
  | { type: 'report'; report: FinalReport; at: Date }
  /** The cluster's side, by events. */
  | { type: 'cluster-ready'; links: Links; at: Date }
  | { type: 'progressed'; phase: AttemptPhase; reason: Reason | null; revision: number; at: Date }
  | {
      type: 'finished';
      exit: AttemptFinished['exit'];
      exitCode: number | null;
      reason: Reason | null;
      retryable: boolean;
      logTail: string | null;
      /** What the attempt left in the artifact store, for the case that it could not post it. */
      stored: StoredReport;
      at: Date;
    }
  /** No object of it is left. Comes on a way of its own: before the end, or after it. */
  | { type: 'released'; at: Date }
  /** A person or the run's owner wants it to end. */
  | { type: 'terminate'; reason: Reason; at: Date }
  /** Its time is up. */
  | { type: 'timeout'; at: Date };

/** `unreadable` says what is wrong with it. */
export type StoredReport =
  | { found: 'report'; report: FinalReport }
  | { found: 'unreadable'; why: string }
  | { found: 'none' };
export type SignalOf<T extends Signal['type']> = Extract<Signal, { type: T }>;

/** Whether a signal shows that somebody has the attempt in hand. A wish to end it does not. */
export function isSignOfLife({ type }: Signal): boolean {
  return type !== 'terminate' && type !== 'timeout';
}
