import { Injectable } from '@nestjs/common';
import { columnsOf, prepared, type Tx } from '@griffin/database';
import { IsNull, LessThan } from 'typeorm';
import { DefinitionVersionEntity } from './definition-version.entity.ts';
import { DefinitionEntity } from './definition.entity.ts';

@Injectable()
export class DefinitionRepository {
  /** The definition `name`, made if absent, locked until the end of `tx`. */
  async ensure(
    tx: Tx,
    given: Pick<DefinitionEntity, 'id' | 'projectId' | 'name' | 'builtIn'>,
  ): Promise<DefinitionEntity> {
    const { id, projectId, name, builtIn } = given;
    for (;;) {
      await tx.query(
        `INSERT INTO workflow_definition (id, project_id, name, built_in) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id, name) WHERE deleted_at IS NULL DO NOTHING`,
        [id, projectId, name, builtIn],
      );
      const definition = await this.lock(tx, projectId, name);
      // The one that was in the way may have been deleted since.
      if (definition) return definition;
    }
  }

  async addVersion(tx: Tx, version: DefinitionVersionEntity): Promise<void> {
    await tx.insert(DefinitionVersionEntity, version as object);
  }

  /** With `id` that very definition, even if it was deleted. */
  async find(tx: Tx, projectId: string, name: string, id?: string): Promise<DefinitionEntity | null> {
    return tx.findOneBy(DefinitionEntity, which(projectId, name, id));
  }

  /** As `find`; nobody else changes, holds or deletes it until the end of `tx`. */
  async lock(tx: Tx, projectId: string, name: string, id?: string): Promise<DefinitionEntity | null> {
    const lock = { mode: 'pessimistic_write' } as const;
    return tx.findOne(DefinitionEntity, { where: which(projectId, name, id), lock });
  }

  /** As `find`; it is not deleted before the end of `tx`. Many may hold it at once. */
  async hold(tx: Tx, projectId: string, name: string): Promise<DefinitionEntity | null> {
    const [definition] = await prepared<DefinitionEntity>(
      tx,
      `SELECT ${columnsOf(tx, DefinitionEntity)} FROM workflow_definition
       WHERE project_id = $1 AND name = $2 AND deleted_at IS NULL FOR SHARE`,
      [projectId, name],
    );
    return definition ?? null;
  }

  async markDeleted(tx: Tx, id: string, deletedAt: Date): Promise<void> {
    await tx.update(DefinitionEntity, { id }, { deletedAt });
  }

  /** The version with that number; the newest one for null. */
  async findVersion(tx: Tx, definitionId: string, version: number | null): Promise<DefinitionVersionEntity | null> {
    const where = { definitionId, ...(version !== null && { version }) };
    return tx.findOne(DefinitionVersionEntity, { where, order: { version: 'DESC' } });
  }

  /** By name, after `afterName`, without the platform's own. */
  async list(tx: Tx, projectId: string, afterName: string, limit: number): Promise<DefinitionEntity[]> {
    return tx
      .createQueryBuilder(DefinitionEntity, 'definition')
      .where('definition.projectId = :projectId AND definition.deletedAt IS NULL AND NOT definition.builtIn', {
        projectId,
      })
      .andWhere('definition.name > :afterName', { afterName })
      .orderBy('definition.name')
      .limit(limit)
      .getMany();
  }

  /** The newest first, before `before`. */
  async versions(tx: Tx, definitionId: string, before: number, limit: number): Promise<DefinitionVersionEntity[]> {
    return tx.find(DefinitionVersionEntity, {
      where: { definitionId, version: LessThan(before) },
      order: { version: 'DESC' },
      take: limit,
    });
  }
}

function which(projectId: string, name: string, id?: string) {
  return id === undefined ? { projectId, name, deletedAt: IsNull() } : { projectId, name, id };
}
