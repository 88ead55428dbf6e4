import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '@griffin/database';
import { committing } from '@griffin/faults';
import { Metrics, withTrace } from '@griffin/platform';
import type { Counter } from 'prom-client';
import { v7 as uuid } from 'uuid';
import type { Attempt, AttemptRef } from '../backend/attempt.ts';
import { AttemptDelayed, AttemptRefused, ClusterBackend, ClusterUnreachable } from '../backend/cluster-backend.ts';
import type { Observation } from '../backend/observation.ts';
import { DeletedDefinitions } from '../definitions/deleted-definitions.service.ts';
import { attemptEnvironment, type AttemptSettings } from './attempt-environment.ts';
import type { Decision } from './domain/decision.ts';
import { ensureDelayed, ensureFailed, ensureUnanswered, reconcile, refused } from './domain/reconcile.ts';
import { isOver, type Workload } from './domain/workload.ts';
import { toAttempt, type WorkloadEntity } from './workload.entity.ts';
import { WorkloadReporter } from './workload.reporter.ts';
import { leaseRenewalMs, WorkloadRepository } from './workload.repository.ts';

export const attemptSettings = Symbol('attempt settings');

const removeFailedMs = 1_000;

/** Takes single attempts one step further: look, decide and record, then act. Under a lease: one worker at a time. */
@Injectable()
export class ReconciliationService {
  readonly #leaseOwner = uuid();
  readonly #logger = new Logger('Reconciler');
  readonly #ended: Counter;

  constructor(
    private readonly database: Database,
    private readonly repository: WorkloadRepository,
    private readonly reporter: WorkloadReporter,
    private readonly backend: ClusterBackend,
    private readonly definitions: DeletedDefinitions,
    @Inject(attemptSettings) private readonly settings: AttemptSettings,
    metrics: Metrics,
  ) {
    this.#ended = metrics.counter('griffin_attempts_finished_total', 'Attempts that are over', ['exit']);
  }

  /** Leases attempts that are due; each is to be given to `advance`. */
  async claimDue(limit: number): Promise<AttemptRef[]> {
    if (limit <= 0) return [];
    return committing('workload.claim', () => this.repository.claimDue(this.database.manager, this.#leaseOwner, limit));
  }

  async makeDue(refs: AttemptRef[]): Promise<void> {
    await this.repository.makeDue(this.database.manager, refs);
  }

  /** One step of a leased attempt. Returns in how many milliseconds the next one is due; null when it is over. */
  async advance(ref: AttemptRef): Promise<number | null> {
    const renewal = setInterval(() => void this.#renewLease(ref), leaseRenewalMs);
    try {
      const row = await this.repository.get(this.database.manager, ref);
      const trace = { runId: ref.runId, ...(row.traceparent !== null && { traceparent: row.traceparent }) };
      return await withTrace(trace, () => this.#step(row));
    } finally {
      clearInterval(renewal);
    }
  }

  async #step(row: WorkloadEntity): Promise<number | null> {
    const attempt = toAttempt(row);
    const observation = row.phase === 'requested' || !attempt ? null : await this.#observe(attempt);
    const { lookEveryMs } = this.backend;
    const decision = await this.#record(row, (known, now) => reconcile(known, observation, now, lookEveryMs));
    const end = decision?.events.find((event) => event.type === 'attempt.finished');
    if (end) this.#ended.inc({ exit: end.outcome.exit });
    if (!decision?.action || !attempt) return decision?.lookAgainInMs ?? null;
    const after = decision.action === 'ensure' ? await this.#ensure(attempt) : await this.#remove(attempt);
    return after ?? decision.lookAgainInMs;
  }

  async #observe(attempt: Attempt): Promise<Observation> {
    try {
      return await committing('backend.observe', () => this.backend.observe(attempt));
    } catch (error) {
      return { kind: 'unseen', reason: { code: 'cluster_unreachable', message: messageOf(error) } };
    }
  }

  /** Makes the attempt, or records why not. The lease ends with it. */
  async #ensure(attempt: Attempt): Promise<number | null> {
    try {
      await this.#refuseOfDeleted(attempt);
      const environment = await attemptEnvironment(this.settings, attempt);
      await committing('backend.ensure', () => this.backend.ensure(attempt, environment));
    } catch (error) {
      this.#logger.warn({ msg: 'cannot start an attempt', attempt: attempt.attempt, err: error });
      const decision = await this.#record(attempt, (known, now) => {
        if (error instanceof AttemptRefused) return refused(known, error.reason, now);
        if (error instanceof AttemptDelayed) return ensureDelayed(known, error.reason, now, this.backend.lookEveryMs);
        if (error instanceof ClusterUnreachable) return ensureUnanswered(known, error.message, now);
        return ensureFailed(known, messageOf(error), now);
      });
      return decision?.lookAgainInMs ?? null;
    }
    await this.repository.recordMade(this.database.manager, attempt, this.#leaseOwner);
    return null;
  }

  /** api lets no run be of a deleted definition: a request that comes now was on its way for too long. */
  async #refuseOfDeleted({ spec: { definition } }: Attempt): Promise<void> {
    if (!(await this.definitions.has(definition.id))) return;
    const message = `The workflow definition '${definition.name}' was deleted.`;
    throw new AttemptRefused({ code: 'definition_deleted', message });
  }

  /** Removes the attempt. What cannot be removed now is tried again for as long as it takes. */
  async #remove(attempt: Attempt): Promise<number | null> {
    const failure = await committing('backend.remove', () => this.backend.remove(attempt)).catch((error: unknown) => ({
      error,
    }));
    if (failure) {
      this.#logger.warn({ msg: 'cannot end an attempt', attempt: attempt.attempt, err: failure.error });
      await this.repository.update(this.database.manager, attempt, {}, removeFailedMs);
    }
    await this.repository.releaseLease(this.database.manager, attempt, this.#leaseOwner);
    return failure ? removeFailedMs : null;
  }

  /** Decides on the attempt as it is now, and records and tells it. Null when another worker has taken it over. */
  async #record(ref: AttemptRef, decide: (known: Workload, now: Date) => Decision): Promise<Decision | null> {
    return this.database.transaction('workload.record', async (tx) => {
      const row = await this.repository.lockLeased(tx, ref, this.#leaseOwner);
      if (!row) return null;
      const now = new Date();
      const decision = decide(row, now);
      const lease = decision.action ? {} : { leaseOwner: null, leaseUntil: null };
      const { phase } = decision.next;
      const finishedAt = isOver(phase) ? (row.finishedAt ?? now) : null;
      const releasedAt = phase === 'finished' ? now : null;
      const change = { ...toColumns(decision.next), ...lease, finishedAt, releasedAt };
      await this.repository.record(tx, row, change, decision.lookAgainInMs);
      await this.reporter.tell(tx, row, decision.events, now);
      return decision;
    });
  }

  async #renewLease(ref: AttemptRef): Promise<void> {
    try {
      await this.repository.renewLease(this.database.manager, ref, this.#leaseOwner);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot renew a lease', err: error });
    }
  }
}

/** What a look may change: what is wanted only a request does, and what was made only who made it. */
function toColumns(workload: Workload): Omit<Workload, 'desired' | 'absentReason' | 'made'> {
  const { phase, reason, handle, cluster, failures, unseenSince, outcome, progressedAt } = workload;
  return { phase, reason, handle, cluster, failures, unseenSince, outcome, progressedAt };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
