import { Injectable } from '@nestjs/common';
import { columnsOf, insertRows, prepared, type Tx } from '@griffin/database';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { AttemptRef } from '../backend/attempt.ts';
import type { Workload } from './domain/workload.ts';
import { WorkloadEntity } from './workload.entity.ts';

const leaseSeconds = 10;
/** How often a lease is renewed while its holder is at work. */
export const leaseRenewalMs = 3_000;

const fromNow = (ms: number) => () => `clock_timestamp() + ${Math.round(ms)} * interval '1 millisecond'`;

const inMs = (place: string) => `clock_timestamp() + ${place}::float8 * interval '1 millisecond'`;

/** In so many milliseconds, or when something made it due since it was claimed to be due at `claimed`. */
const dueOr = (ms: string, claimed: string) =>
  `CASE WHEN due_at < ${claimed}::timestamptz THEN LEAST(due_at, ${inMs(ms)}) ELSE ${inMs(ms)} END`;

/**
 * For a statement that is a transaction of its own: it is not waited for until it is on disk. Of who is at an attempt, when
 * it is looked at next, and what was seen and not told, a crash of PostgreSQL may take the last moments: it is claimed,
 * looked at, or made, once more.
 */
const unflushed = `set_config('synchronous_commit', 'off', true)`;

/** As a table; its parameters are `$1` and `$2`, which `listed` gives. */
const oneOf = 'unnest($1::uuid[], $2::integer[]) AS listed (run_id, attempt)';

const listed = (refs: AttemptRef[]) => [refs.map(({ runId }) => runId), refs.map(({ attempt }) => attempt)];

/** As it was when it was claimed. */
export type LeasedWorkload = WorkloadEntity & { leaseOwner: string };

/** What a look may change: what is wanted only a request does, and what was made only who made it. */
export type LookedAt = Omit<Workload, 'desired' | 'absentReason' | 'made'> &
  Pick<WorkloadEntity, 'finishedAt' | 'releasedAt'>;

@Injectable()
export class WorkloadRepository {
  /** All attempts of the run, locked until the transaction ends. */
  async lockRun(tx: Tx, runId: string): Promise<WorkloadEntity[]> {
    return prepared<WorkloadEntity>(
      tx,
      `SELECT ${columnsOf(tx, WorkloadEntity)} FROM workload WHERE run_id = $1 ORDER BY attempt FOR UPDATE`,
      [runId],
    );
  }

  async insert(tx: Tx, row: Partial<WorkloadEntity>): Promise<void> {
    await insertRows(tx, [WorkloadEntity, row]);
  }

  /**
   * Leases up to `limit` attempts that are due and that nobody is at; what another one is just claiming is passed over.
   * Each is due again when its lease ends, or when something happens meanwhile.
   */
  async claimDue(tx: Tx, leaseOwner: string, limit: number): Promise<LeasedWorkload[]> {
    return prepared<LeasedWorkload>(
      tx,
      `UPDATE workload SET lease_owner = $1, lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second',
         due_at = clock_timestamp() + ${leaseSeconds} * interval '1 second'
       WHERE (run_id, attempt) IN (
         SELECT run_id, attempt FROM workload
         WHERE released_at IS NULL AND due_at <= clock_timestamp()
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING ${columnsOf(tx, WorkloadEntity)}, ${unflushed}`,
      [leaseOwner, limit],
    );
  }

  async get(tx: Tx, { runId, attempt }: AttemptRef): Promise<WorkloadEntity> {
    return tx.findOneByOrFail(WorkloadEntity, { runId, attempt });
  }

  /** Those of the attempts that are over and of which nothing was left. */
  async findReleased(tx: Tx, refs: AttemptRef[]): Promise<WorkloadEntity[]> {
    return tx.query<WorkloadEntity[]>(
      `SELECT ${columnsOf(tx, WorkloadEntity)} FROM workload JOIN ${oneOf} USING (run_id, attempt)
       WHERE released_at IS NOT NULL`,
      listed(refs),
    );
  }

  /** Those that are no attempts of ours. */
  async findUnknown(tx: Tx, refs: AttemptRef[]): Promise<AttemptRef[]> {
    return tx.query<AttemptRef[]>(
      `SELECT run_id AS "runId", attempt FROM ${oneOf} WHERE NOT EXISTS (
         SELECT FROM workload WHERE workload.run_id = listed.run_id AND workload.attempt = listed.attempt)`,
      listed(refs),
    );
  }

  /** The attempt as it is now, if it is still leased so. */
  async findLeased(tx: Tx, { runId, attempt, leaseOwner }: LeasedWorkload): Promise<LeasedWorkload | null> {
    return (await tx.findOneBy(WorkloadEntity, { runId, attempt, leaseOwner })) as LeasedWorkload | null;
  }

  async renewLease(tx: Tx, { runId, attempt, leaseOwner }: LeasedWorkload): Promise<void> {
    const leaseUntil = fromNow(leaseSeconds * 1_000);
    await tx.update(WorkloadEntity, { runId, attempt, leaseOwner }, { leaseUntil });
  }

  /** Ends the lease; the next look is due then, or sooner where something happened since the claim. */
  async release(tx: Tx, { runId, attempt, leaseOwner, dueAt }: LeasedWorkload, dueInMs: number): Promise<void> {
    await prepared(
      tx,
      `UPDATE workload SET lease_owner = NULL, lease_until = NULL, due_at = ${dueOr('$4', '$5')}
       WHERE run_id = $1 AND attempt = $2 AND lease_owner = $3
       RETURNING ${unflushed}`,
      [runId, attempt, leaseOwner, dueInMs, dueAt],
    );
  }

  /**
   * Remembers that everything of the attempt was made, and ends the lease. What changed while it was made is seen at the
   * next look, unless the attempt is not wanted any more.
   */
  async recordMade(tx: Tx, { runId, attempt, leaseOwner }: LeasedWorkload, dueInMs: number): Promise<void> {
    await prepared(
      tx,
      `UPDATE workload SET made = true, lease_owner = NULL, lease_until = NULL,
         due_at = CASE desired WHEN 'present' THEN ${inMs('$4')} ELSE LEAST(due_at, ${inMs('$4')}) END
       WHERE run_id = $1 AND attempt = $2 AND lease_owner = $3
       RETURNING ${unflushed}`,
      [runId, attempt, leaseOwner, dueInMs],
    );
  }

  /**
   * What a look led to, and as many revisions as there is to tell, higher than all that were drawn for this attempt
   * before: the row is locked until the transaction ends. With `dueInMs` the lease ends too, and the next look is due
   * then, or sooner where something happened since the claim: what it saw the next one sees again, if it told nothing.
   * Null when the lease is another's, or what is wanted has changed since `known` was read.
   */
  async record(
    tx: Tx,
    known: LeasedWorkload,
    change: LookedAt,
    dueInMs: number | null,
    events: number,
  ): Promise<number[] | null> {
    const drawn = Array.from({ length: events }, (_, index) => `, nextval('workload_revision') AS "${index}"`);
    const ended = dueInMs !== null;
    const held = [known.runId, known.attempt, known.leaseOwner, known.desired];
    const { phase, reason, handle, cluster, failures, unseenSince, outcome, progressedAt } = change;
    const { finishedAt, releasedAt } = change;
    const seen = [phase, reason, handle, cluster, failures, unseenSince, outcome, progressedAt, finishedAt, releasedAt];
    const [row] = await prepared<Record<string, string>>(
      tx,
      `UPDATE workload SET phase = $5, reason = $6, handle = $7, cluster = $8, failures = $9, unseen_since = $10,
         outcome = $11, progressed_at = $12, finished_at = $13, released_at = $14
         ${ended ? `, lease_owner = NULL, lease_until = NULL, due_at = ${dueOr('$15', '$16')}` : ''}
       WHERE run_id = $1 AND attempt = $2 AND lease_owner = $3 AND desired = $4
       RETURNING true AS recorded${drawn.join('')}${ended && events === 0 ? `, ${unflushed}` : ''}`,
      [...held, ...seen, ...(ended ? [dueInMs, known.dueAt] : [])],
    );
    return row ? drawn.map((_, index) => Number(row[index])) : null;
  }

  /** Changes the attempt; with `dueInMs` also when it is looked at next. */
  async update(
    tx: Tx,
    { runId, attempt }: AttemptRef,
    change: Partial<WorkloadEntity>,
    dueInMs: number | null,
  ): Promise<void> {
    const dueAt = dueInMs === null ? {} : { dueAt: fromNow(dueInMs) };
    const columns = { ...change, ...dueAt } as QueryDeepPartialEntity<WorkloadEntity>;
    await tx.update(WorkloadEntity, { runId, attempt }, columns);
  }

  /**
   * Makes those of the attempts due at once of which something may be left, and that are not due within `soonMs` anyway.
   * Locks them in the order in which those that are recorded together are locked.
   */
  async makeDue(tx: Tx, refs: AttemptRef[], soonMs: number): Promise<void> {
    await prepared(
      tx,
      `UPDATE workload SET due_at = clock_timestamp()
       WHERE (run_id, attempt) IN (
         SELECT run_id, attempt FROM workload JOIN ${oneOf} USING (run_id, attempt)
         WHERE released_at IS NULL AND due_at > ${inMs('$3')}
         ORDER BY run_id, attempt FOR UPDATE OF workload)
       RETURNING ${unflushed}`,
      [...listed(refs), soonMs],
    );
  }

  /** Higher than every one drawn before for this attempt, if the caller holds the attempt's lock. */
  async nextRevision(tx: Tx): Promise<number> {
    const [row] = await tx.query<[{ revision: string }]>(`SELECT nextval('workload_revision') AS revision`);
    return Number(row.revision);
  }
}
