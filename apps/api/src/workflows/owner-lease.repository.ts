import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '@griffin/database';
import { In, LessThan } from 'typeorm';
import { writtenShare } from './domain/owner-lease.ts';
import { wantedRunStates } from './domain/run-state.ts';
import { RunEntity } from './run.entity.ts';

/** The columns that say until when a run has an owner. No revision counts them. */
@Injectable()
export class OwnerLeaseRepository {
  /**
   * Those of the project's runs that have a lease, and shall not end, have all of it before them. What another
   * transaction has at hand waits for the next time: two that renew the same runs never wait for each other.
   */
  async renew(tx: Tx, projectId: string, ids: string[], now: Date): Promise<void> {
    const sql = `
      UPDATE run SET owner_lease_until = $3::timestamptz + owner_lease_seconds * $4::float8 * interval '1 second'
      WHERE id IN (
        SELECT id FROM run
        WHERE project_id = $1 AND id = ANY ($2::uuid[]) AND state = ANY ($5)
          AND owner_lease_until < $3::timestamptz + owner_lease_seconds * interval '1 second'
        FOR NO KEY UPDATE SKIP LOCKED
      )`;
    await prepared(tx, sql, [projectId, ids, now, writtenShare, wantedRunStates]);
  }

  /**
   * The ids of runs whose lease is over and was no longer than that, the longest over first. Asked so that a database
   * which takes no renewals refuses this too.
   */
  async lapsed(tx: Tx, now: Date, longestSeconds: number, limit: number): Promise<string[]> {
    const sql = `
      SELECT id FROM run
      WHERE state = ANY ($1) AND owner_lease_until < $2 AND owner_lease_seconds <= $3
      ORDER BY owner_lease_until LIMIT $4
      FOR NO KEY UPDATE SKIP LOCKED`;
    const rows = await prepared<{ id: string }>(tx, sql, [wantedRunStates, now, longestSeconds, limit]);
    return rows.map(({ id }) => id);
  }

  /** One of them, locked until the end of `tx`; null when it was renewed meanwhile or another replica has it at hand. */
  async lockLapsed(tx: Tx, id: string, now: Date): Promise<RunEntity | null> {
    const lock = { mode: 'pessimistic_write', onLocked: 'skip_locked' } as const;
    return tx.findOne(RunEntity, { where: { id, ...hasLapsed(now) }, lock });
  }
}

const hasLapsed = (now: Date) => ({ state: In(wantedRunStates), ownerLeaseUntil: LessThan(now) });
