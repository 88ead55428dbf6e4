import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { LessThan } from 'typeorm';
import { AliasMoveEntity } from './alias-move.entity.ts';

export type NewAliasMove = Pick<AliasMoveEntity, 'projectId' | 'modelId' | 'alias' | 'version' | 'movedBy'>;

/** An alias that points to a version, by its newest move. */
export type PointingAlias = Pick<AliasMoveEntity, 'alias' | 'movedBy' | 'movedAt'> & { version: number };

@Injectable()
export class AliasRepository {
  /** The version that the alias pointed to at that moment; null when it pointed to none. */
  async versionAt(tx: Tx, modelId: string, alias: string, at?: Date): Promise<number | null> {
    const [move] = await tx.query<{ version: number | null }[]>(
      `SELECT version FROM alias_move
       WHERE model_id = $1 AND alias = $2 AND moved_at <= coalesce($3::timestamptz, 'infinity') ORDER BY id DESC LIMIT 1`,
      [modelId, alias, at ?? null],
    );
    return move?.version ?? null;
  }

  /** Appends a move. Its id grows with every move of the model, whose lock the caller holds. */
  async append(tx: Tx, move: NewAliasMove): Promise<AliasMoveEntity> {
    const entity = tx.create(AliasMoveEntity, { ...move, movedAt: new Date() });
    await tx.insert(AliasMoveEntity, entity);
    return entity;
  }

  /** Where every alias of these models points now. */
  async current(tx: Tx, modelIds: string[]): Promise<{ modelId: string; alias: string; version: number }[]> {
    return tx.query(
      `SELECT model_id AS "modelId", alias, version FROM (
         SELECT DISTINCT ON (model_id, alias) model_id, alias, version
         FROM alias_move WHERE model_id = ANY($1) ORDER BY model_id, alias, id DESC
       ) AS newest WHERE version IS NOT NULL ORDER BY alias`,
      [modelIds],
    );
  }

  /** Where the aliases of the model pointed at that moment, by name, after `afterAlias`. */
  async pointing(
    tx: Tx,
    modelId: string,
    at: Date | undefined,
    afterAlias: string,
    limit: number,
  ): Promise<PointingAlias[]> {
    return tx.query(
      `SELECT alias, version, moved_by AS "movedBy", moved_at AS "movedAt" FROM (
         SELECT DISTINCT ON (alias) alias, version, moved_by, moved_at FROM alias_move
         WHERE model_id = $1 AND alias > $2 AND moved_at <= coalesce($3::timestamptz, 'infinity')
         ORDER BY alias, id DESC
       ) AS newest WHERE version IS NOT NULL ORDER BY alias LIMIT $4`,
      [modelId, afterAlias, at ?? null, limit],
    );
  }

  /** The newest first, before the move `beforeId`. */
  async history(
    tx: Tx,
    modelId: string,
    alias: string,
    beforeId: string | null,
    limit: number,
  ): Promise<AliasMoveEntity[]> {
    const where = { modelId, alias, ...(beforeId !== null && { id: LessThan(beforeId) }) };
    return tx.find(AliasMoveEntity, { where, order: { id: 'DESC' }, take: limit });
  }
}
