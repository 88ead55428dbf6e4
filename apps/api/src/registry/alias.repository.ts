import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { AliasMoveEntity } from './alias-move.entity.ts';

export type NewAliasMove = Pick<AliasMoveEntity, 'projectId' | 'modelId' | 'alias' | 'version' | 'movedBy'>;

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

  async history(tx: Tx, modelId: string, alias: string): Promise<AliasMoveEntity[]> {
    return tx.find(AliasMoveEntity, { where: { modelId, alias }, order: { id: 'DESC' } });
  }
}
