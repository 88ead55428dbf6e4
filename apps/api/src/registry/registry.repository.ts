import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { LessThan } from 'typeorm';
import { ModelVersionEntity } from './model-version.entity.ts';
import { RegisteredModelEntity } from './registered-model.entity.ts';

export type NewModelVersion = Omit<ModelVersionEntity, 'version' | 'registeredAt'>;

@Injectable()
export class RegistryRepository {
  /** The registered model `name`, made if absent, locked until the end of `tx`. */
  async ensureModel(tx: Tx, id: string, projectId: string, name: string): Promise<string> {
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO registered_model (id, project_id, name) VALUES ($1, $2, $3)
       ON CONFLICT (project_id, name) DO UPDATE SET name = excluded.name RETURNING id`,
      [id, projectId, name],
    );
    return row.id;
  }

  /** Adds the next version. The caller holds the model's lock, so numbers have no gap and no twin. */
  async addVersion(tx: Tx, version: NewModelVersion): Promise<ModelVersionEntity> {
    const next = ((await tx.maximum(ModelVersionEntity, 'version', { modelId: version.modelId })) ?? 0) + 1;
    const entity = tx.create(ModelVersionEntity, { ...version, version: next, registeredAt: new Date() });
    await tx.insert(ModelVersionEntity, entity);
    return entity;
  }

  async findModel(tx: Tx, projectId: string, name: string): Promise<RegisteredModelEntity | null> {
    return tx.findOneBy(RegisteredModelEntity, { projectId, name });
  }

  /** Locks the model until the end of `tx`: its aliases move one after the other. */
  async lockModel(tx: Tx, projectId: string, name: string): Promise<RegisteredModelEntity | null> {
    return tx.findOne(RegisteredModelEntity, { where: { projectId, name }, lock: { mode: 'pessimistic_write' } });
  }

  async findVersion(tx: Tx, modelId: string, version: number): Promise<ModelVersionEntity | null> {
    return tx.findOneBy(ModelVersionEntity, { modelId, version });
  }

  async newestVersion(tx: Tx, modelId: string): Promise<ModelVersionEntity | null> {
    return tx.findOne(ModelVersionEntity, { where: { modelId }, order: { version: 'DESC' } });
  }

  /** By name, after `afterName`. */
  async listModels(tx: Tx, projectId: string, afterName: string, limit: number): Promise<RegisteredModelEntity[]> {
    return tx
      .createQueryBuilder(RegisteredModelEntity, 'model')
      .where('model.projectId = :projectId AND model.name > :afterName', { projectId, afterName })
      .orderBy('model.name')
      .limit(limit)
      .getMany();
  }

  /** The newest first, before `beforeVersion`. */
  async listVersions(tx: Tx, modelId: string, beforeVersion: number, limit: number): Promise<ModelVersionEntity[]> {
    return tx.find(ModelVersionEntity, {
      where: { modelId, version: LessThan(beforeVersion) },
      order: { version: 'DESC' },
      take: limit,
    });
  }
}
