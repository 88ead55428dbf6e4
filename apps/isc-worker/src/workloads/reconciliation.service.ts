import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
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
import { toAttempt } from './workload.entity.ts';
import { WorkloadReporter } from './workload.reporter.ts';
import { leaseRenewalMs, WorkloadRepository, type LeasedWorkload } from './workload.repository.ts';

export const attemptSettings = Symbol('attempt settings');

const removeFailedMs = 1_000;

/** Takes single attempts one step further: look, decide and record, then act. Under a lease: one worker at a time. */
@Injectable()
export class ReconciliationService {
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

  /** Leases attempts that are due; each is to be given to `advance`. No two claims are one owner, not even this worker's. */
  async claimDue(limit: number): Promise<LeasedWorkload[]> {
    if (limit <= 0) return [];
    return committing('workload.claim', () =>
      this.database.lookUp((tx) => this.repository.claimDue(tx, uuid(), limit)),
    );
  }

  async makeDue(refs: AttemptRef[]): Promise<void> {
    await this.database.lookUp((tx) => this.repository.makeDue(tx, refs, this.backend.settleMs));
  }

  /** One step of a leased attempt. Returns in how many milliseconds the next one is due; null when it is over. */
  async advance(row: LeasedWorkload): Promise<number | null> {
    const renewal = setInterval(() => void this.#renewLease(row), leaseRenewalMs);
    try {
      const trace = { runId: row.runId, ...(row.traceparent !== null && { traceparent: row.traceparent }) };
      return await withTrace(trace, () => this.#step(row));
    } finally {
      clearInterval(renewal);
    }
  }

  async #step(row: LeasedWorkload): Promise<number | null> {
    const attempt = toAttempt(row);
    const observation = row.phase === 'requested' || !attempt ? null : await this.#observe(attempt);
    const recorded = await this.#record(row, (known, now) => reconcile(known, observation, now, this.backend));
    if (!recorded) return null;
    const { decision, after } = recorded;
    const end = decision.events.find((event) => event.type === 'attempt.finished');
    if (end) this.#ended.inc({ exit: end.outcome.exit });
    const { action, lookAgainInMs } = decision;
    if (!action || !attempt || lookAgainInMs === null) return lookAgainInMs;
    return action === 'ensure'
      ? this.#ensure(attempt, after, Math.max(lookAgainInMs, this.backend.settleMs))
      : this.#remove(attempt, after, lookAgainInMs);
  }

  async #observe(attempt: Attempt): Promise<Observation> {
    try {
      return await committing('backend.observe', () => this.backend.observe(attempt));
    } catch (error) {
      return { kind: 'unseen', reason: { code: 'cluster_unreachable', message: messageOf(error) } };
    }
  }

  /** Makes the attempt, or records why not. The lease ends with it. */
  async #ensure(attempt: Attempt, row: LeasedWorkload, lookAgainInMs: number): Promise<number | null> {
    try {
      const [environment] = await Promise.all([
        attemptEnvironment(this.settings, attempt),
        this.#refuseOfDeleted(attempt),
      ]);
      await committing('backend.ensure', () => this.backend.ensure(attempt, environment));
    } catch (error) {
      this.#logger.warn({ msg: 'cannot start an attempt', attempt: attempt.attempt, err: error });
      const recorded = await this.#record(row, (known, now) => {
        if (error instanceof AttemptRefused) return refused(known, error.reason, now);
        if (error instanceof AttemptDelayed) return ensureDelayed(known, error.reason, now);
        if (error instanceof ClusterUnreachable) return ensureUnanswered(known, error.message, now);
        return ensureFailed(known, messageOf(error), now);
      });
      return recorded?.decision.lookAgainInMs ?? null;
    }
    await this.database.lookUp((tx) => this.repository.recordMade(tx, row, lookAgainInMs));
    return lookAgainInMs;
  }

  /** api lets no run be of a deleted definition: a request that comes now was on its way for too long. */
  async #refuseOfDeleted({ spec: { definition } }: Attempt): Promise<void> {
    if (!(await this.definitions.has(definition.id))) return;
    const message = `The workflow definition '${definition.name}' was deleted.`;
    throw new AttemptRefused({ code: 'definition_deleted', message });
  }

  /** Removes the attempt. What cannot be removed now is tried again for as long as it takes. */
  async #remove(attempt: Attempt, row: LeasedWorkload, lookAgainInMs: number): Promise<number> {
    const failure = await committing('backend.remove', () => this.backend.remove(attempt)).catch((error: unknown) => ({
      error,
    }));
    if (failure) this.#logger.warn({ msg: 'cannot end an attempt', attempt: attempt.attempt, err: failure.error });
    const dueInMs = failure ? removeFailedMs : lookAgainInMs;
    await this.database.lookUp((tx) => this.repository.release(tx, row, dueInMs));
    return dueInMs;
  }

  /**
   * Decides on the attempt as it was claimed, and records and tells it; on the attempt as it is now where what is wanted
   * has changed meanwhile, which it does once. Null when the lease is over and another one has it.
   */
  async #record(row: LeasedWorkload, decide: (known: Workload, now: Date) => Decision): Promise<Recorded | null> {
    for (let known: LeasedWorkload | null = row; known;) {
      const now = new Date();
      const decision = decide(known, now);
      const after = { ...known, ...decision.next, finishedAt: null as Date | null, releasedAt: null as Date | null };
      if (isOver(after.phase)) after.finishedAt = known.finishedAt ?? now;
      if (after.phase === 'finished') after.releasedAt = now;
      if (await this.#write(known, after, decision, now)) return { decision, after };
      const current: LeasedWorkload | null = await this.repository.findLeased(this.database.manager, row);
      known = current && { ...current, dueAt: row.dueAt };
    }
    return null;
  }

  /** Where there is nothing to tell, and nothing to be done about it, one statement is all. */
  async #write(known: LeasedWorkload, after: LeasedWorkload, decision: Decision, now: Date): Promise<boolean> {
    const { events, action, lookAgainInMs } = decision;
    // Who acts keeps the lease until that is done.
    const dueInMs = action ? null : (lookAgainInMs ?? 0);
    const record = (tx: Tx) => this.repository.record(tx, known, after, dueInMs, events.length);
    if (events.length === 0 && !action) {
      return (await committing('workload.record', () => this.database.lookUp(record))) !== null;
    }
    return this.database.grouped('workload.record', known.runId, async (tx) => {
      const revisions = await record(tx);
      if (revisions) await this.reporter.tell(tx, known, events, revisions, now);
      return revisions !== null;
    });
  }

  async #renewLease(row: LeasedWorkload): Promise<void> {
    try {
      await this.repository.renewLease(this.database.manager, row);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot renew a lease', err: error });
    }
  }
}

/** What was decided, and the attempt with it. */
interface Recorded {
  decision: Decision;
  after: LeasedWorkload;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
