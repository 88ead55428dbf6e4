import { Injectable } from '@nestjs/common';
import { insertRows, prepared, type Tx } from '@griffin/database';
import type { OwnerMark } from './domain/owner.ts';
import { IdempotencyKeyEntity } from './idempotency-key.entity.ts';
import { OwnerEntity } from './owner.entity.ts';

type SubmittedUnderKey = Pick<IdempotencyKeyEntity, 'bodyDigest' | 'runId'>;

/** What is remembered of who submitted what. */
@Injectable()
export class SubmissionRepository {
  /** Takes a key for the rest of `tx`; false when another transaction has it. */
  async tryKey(tx: Tx, projectId: string, key: string): Promise<boolean> {
    const [row] = await prepared<{ taken: boolean }>(
      tx,
      `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken`,
      [`idempotency:${projectId}:${key}`],
    );
    return row?.taken ?? false;
  }

  /** What was submitted under the key before. */
  async findKey(tx: Tx, projectId: string, key: string): Promise<SubmittedUnderKey | undefined> {
    const [row] = await prepared<SubmittedUnderKey>(
      tx,
      `SELECT body_digest AS "bodyDigest", run_id AS "runId" FROM idempotency_key WHERE project_id = $1 AND key = $2`,
      [projectId, key],
    );
    return row;
  }

  async addKey(tx: Tx, entity: Omit<IdempotencyKeyEntity, 'createdAt'>): Promise<void> {
    await insertRows(tx, [IdempotencyKeyEntity, entity]);
  }

  /** The owner's mark, locked until the end of `tx`: its tries speak one after the other. */
  async lockOwner(tx: Tx, projectId: string, key: string): Promise<OwnerMark | undefined> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`owner:${projectId}:${key}`]);
    return (await tx.findOneBy(OwnerEntity, { projectId, key })) ?? undefined;
  }

  async setOwner(tx: Tx, projectId: string, key: string, { epoch, round }: OwnerMark): Promise<void> {
    await tx.upsert(OwnerEntity, { projectId, key, epoch, round }, ['projectId', 'key']);
  }
}
