import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { LessThan } from 'typeorm';
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
    await tx.query(
      `INSERT INTO workflow_definition (id, project_id, name, built_in) VALUES ($1, $2, $3, $4)
       ON CONFLICT (project_id, name) DO NOTHING`,
      [id, projectId, name, builtIn],
    );
    const lock = { mode: 'pessimistic_write' } as const;
    return tx.findOneOrFail(DefinitionEntity, { where: { projectId, name }, lock });
  }

  async addVersion(tx: Tx, version: DefinitionVersionEntity): Promise<void> {
    await tx.insert(DefinitionVersionEntity, version as object);
  }

  async find(tx: Tx, projectId: string, name: string): Promise<DefinitionEntity | null> {
    return tx.findOneBy(DefinitionEntity, { projectId, name });
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
      .where('definition.projectId = :projectId AND NOT definition.builtIn', { projectId })
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
