import type { AttemptPhase, Reason } from '@griffin/contracts';
import type { Attempt, AttemptRef } from './attempt.ts';
import type { Observation } from './observation.ts';

/**
 * Where attempts run. Everything a backend makes has a name that follows from run id and attempt alone, so each method
 * may be repeated, and be called by another worker than the one that called it before. No call waits for the cluster: it
 * does what can be done at once, and a later look tells how far things got. What fails for reasons that may pass throws.
 */
export abstract class ClusterBackend {
  /** As events name it. */
  abstract readonly name: string;

  /** How long after a look the next one is due when nothing happens. */
  abstract readonly lookEveryMs: number;

  /** Where an attempt is that is about to be made, or cannot be made yet. */
  readonly beginsAs: AttemptPhase = 'starting';

  /** How long things change after an attempt was made, and no look of its own is worth while: changes are gathered. */
  readonly settleMs: number = 0;

  /** Resolves once this backend has looked at what there is, or has failed to: before that a look can find nothing. */
  async ready(): Promise<void> {}

  /**
   * Brings the attempt one step closer to running, with `environment` for its processes. Does nothing when it is there.
   * Throws `AttemptRefused` when this cluster can never run it, `AttemptDelayed` when it cannot take it yet, and
   * `ClusterUnreachable` when it does not answer.
   */
  abstract ensure(attempt: Attempt, environment: Record<string, string>): Promise<void>;

  /** What there is of the attempt. Never guesses: what it could not find out is `unseen`, not `gone`. */
  abstract observe(attempt: Attempt): Promise<Observation>;

  /** Asks everything of the attempt to end, and insists when asked again. It has ended when a look says so. */
  abstract remove(attempt: Attempt): Promise<void>;

  /**
   * Takes the removal of all that the deleted definition has one step further: what runs goes first, then what its runs
   * share. True when nothing of it is left.
   */
  async removeDefinition(_definitionId: string): Promise<boolean> {
    return true;
  }

  /** Of which attempts something is there, as far as is known: what is over, and was not removed, is found so. */
  attempts(): AttemptRef[] {
    return [];
  }

  /** Calls `listener` when something may have changed, so that the next look need not be waited for. */
  abstract onChange(listener: (attempt: AttemptRef) => void): void;
}

/** What decides when an attempt is looked at, and how it begins. */
export type BackendManner = Pick<ClusterBackend, 'lookEveryMs' | 'beginsAs'>;

/** The cluster cannot run this attempt, now or later, for a reason that its owner can mend. */
export class AttemptRefused extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.message);
    this.name = 'AttemptRefused';
    this.reason = reason;
  }
}

/** The cluster has no room for this attempt now: what was to be made waits until it has. */
export class AttemptDelayed extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.message);
    this.name = 'AttemptDelayed';
    this.reason = reason;
  }
}

/** The cluster does not answer. That says nothing about any attempt: what was to be done waits for as long as it takes. */
export class ClusterUnreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ClusterUnreachable';
  }
}
