import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import type { OwnerMark } from './domain/owner.ts';
import { IdempotencyKeyEntity } from './idempotency-key.entity.ts';
import { OwnerEntity } from './owner.entity.ts';

/** What is remembered of who submitted what. */
@Injectable()
export class SubmissionRepository {
  /** Takes a key for the rest of `tx`; false when another transaction has it. */
  async tryKey(tx: Tx, projectId: string, key: string): Promise<boolean> {
    const [row] = await tx.query<[{ taken: boolean }]>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken`,
      [`idempotency:${projectId}:${key}`],
    );
    return row.taken;
  }

  async findKey(tx: Tx, projectId: string, key: string): Promise<IdempotencyKeyEntity | null> {
    return tx.findOneBy(IdempotencyKeyEntity, { projectId, key });
  }

  async addKey(tx: Tx, entity: Omit<IdempotencyKeyEntity, 'createdAt'>): Promise<void> {
    await tx.insert(IdempotencyKeyEntity, entity);
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
