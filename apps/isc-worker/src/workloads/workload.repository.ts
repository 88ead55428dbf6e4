import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { AttemptRef } from '../backend/attempt.ts';
import { WorkloadEntity } from './workload.entity.ts';

const leaseSeconds = 10;
/** How often a lease is renewed while its holder is at work. */
export const leaseRenewalMs = 3_000;

const fromNow = (ms: number) => () => `clock_timestamp() + ${Math.round(ms)} * interval '1 millisecond'`;

@Injectable()
export class WorkloadRepository {
  /** All attempts of the run, locked until the transaction ends. */
  async lockRun(tx: Tx, runId: string): Promise<WorkloadEntity[]> {
    return tx.find(WorkloadEntity, {
      where: { runId },
      order: { attempt: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async insert(tx: Tx, row: Partial<WorkloadEntity>): Promise<void> {
    await tx.insert(WorkloadEntity, row as QueryDeepPartialEntity<WorkloadEntity>);
  }

  /**
   * Leases up to `limit` attempts that are due and that nobody is at; what another one is just claiming is passed over.
   * Each is due again when its lease ends, or when something happens meanwhile.
   */
  async claimDue(tx: Tx, leaseOwner: string, limit: number): Promise<AttemptRef[]> {
    const [claimed] = await tx.query<[{ run_id: string; attempt: number }[], number]>(
      `UPDATE workload SET lease_owner = $1, lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second',
         due_at = clock_timestamp() + ${leaseSeconds} * interval '1 second'
       WHERE (run_id, attempt) IN (
         SELECT run_id, attempt FROM workload
         WHERE released_at IS NULL AND due_at <= clock_timestamp()
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING run_id, attempt`,
      [leaseOwner, limit],
    );
    return claimed.map(({ run_id, attempt }) => ({ runId: run_id, attempt }));
  }

  async get(tx: Tx, { runId, attempt }: AttemptRef): Promise<WorkloadEntity> {
    return tx.findOneByOrFail(WorkloadEntity, { runId, attempt });
  }

  async find(tx: Tx, { runId, attempt }: AttemptRef): Promise<WorkloadEntity | null> {
    return tx.findOneBy(WorkloadEntity, { runId, attempt });
  }

  /** The attempt, locked, if `leaseOwner` still has it. */
  async lockLeased(tx: Tx, { runId, attempt }: AttemptRef, leaseOwner: string): Promise<WorkloadEntity | null> {
    return tx.findOne(WorkloadEntity, {
      where: { runId, attempt, leaseOwner },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async renewLease(tx: Tx, { runId, attempt }: AttemptRef, leaseOwner: string): Promise<void> {
    const leaseUntil = fromNow(leaseSeconds * 1_000);
    await tx.update(WorkloadEntity, { runId, attempt, leaseOwner }, { leaseUntil });
  }

  async releaseLease(tx: Tx, { runId, attempt }: AttemptRef, leaseOwner: string): Promise<void> {
    await tx.update(WorkloadEntity, { runId, attempt, leaseOwner }, { leaseOwner: null, leaseUntil: null });
  }

  /** Remembers that everything of the attempt was made, and ends the lease. */
  async recordMade(tx: Tx, { runId, attempt }: AttemptRef, leaseOwner: string): Promise<void> {
    const change = { made: true, leaseOwner: null, leaseUntil: null };
    await tx.update(WorkloadEntity, { runId, attempt, leaseOwner }, change);
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

  /** What a look led to. With `dueInMs` the next one is due then, or sooner where something happened since the claim. */
  async record(tx: Tx, ref: AttemptRef, change: Partial<WorkloadEntity>, dueInMs: number | null): Promise<void> {
    const dueAt = dueInMs === null ? {} : { dueAt: () => `LEAST(due_at, ${fromNow(dueInMs)()})` };
    await this.update(tx, ref, { ...change, ...dueAt } as Partial<WorkloadEntity>, null);
  }

  /** Makes those of the attempts due at once of which something may be left. */
  async makeDue(tx: Tx, refs: AttemptRef[]): Promise<void> {
    await tx.query(
      `UPDATE workload SET due_at = clock_timestamp()
       FROM unnest($1::uuid[], $2::integer[]) AS changed (run_id, attempt)
       WHERE workload.run_id = changed.run_id AND workload.attempt = changed.attempt AND released_at IS NULL`,
      [refs.map(({ runId }) => runId), refs.map(({ attempt }) => attempt)],
    );
  }

  /** Higher than every one drawn before for this attempt, if the caller holds the attempt's lock. */
  async nextRevision(tx: Tx): Promise<number> {
    const [row] = await tx.query<[{ revision: string }]>(`SELECT nextval('workload_revision') AS revision`);
    return Number(row.revision);
  }
}
