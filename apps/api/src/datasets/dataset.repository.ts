import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { LessThan } from 'typeorm';
import { DatasetVersionEntity } from './dataset-version.entity.ts';
import { TrainingDatasetEntity } from './training-dataset.entity.ts';

export type NewDatasetVersion = Pick<
  DatasetVersionEntity,
  'id' | 'projectId' | 'datasetId' | 'features' | 'description'
>;

@Injectable()
export class DatasetRepository {
  /** The dataset `name`, made if absent, locked until the end of `tx`. */
  async ensureDataset(tx: Tx, id: string, projectId: string, name: string): Promise<string> {
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO training_dataset (id, project_id, name) VALUES ($1, $2, $3)
       ON CONFLICT (project_id, name) DO UPDATE SET name = excluded.name RETURNING id`,
      [id, projectId, name],
    );
    return row.id;
  }

  /** Adds the next version, PENDING. The caller holds the dataset's lock, so numbers have no gap and no twin. */
  async addVersion(tx: Tx, version: NewDatasetVersion): Promise<number> {
    const next = ((await tx.maximum(DatasetVersionEntity, 'version', { datasetId: version.datasetId })) ?? 0) + 1;
    await tx.insert(DatasetVersionEntity, { ...version, version: next, state: 'PENDING' });
    return next;
  }

  async setRun(tx: Tx, id: string, runId: string): Promise<void> {
    await tx.update(DatasetVersionEntity, { id }, { runId });
  }

  /** Ends a version that is PENDING; false when it has ended before. */
  async finish(
    tx: Tx,
    id: string,
    end: Pick<DatasetVersionEntity, 'state'> & Partial<Pick<DatasetVersionEntity, 'output' | 'reason'>>,
  ): Promise<boolean> {
    const change = { ...end, finishedAt: new Date() };
    // TypeORM's type of a partial update does not know columns that hold JSON.
    const result = await tx.update(DatasetVersionEntity, { id, state: 'PENDING' }, change as object);
    return result.affected === 1;
  }

  async findDataset(tx: Tx, projectId: string, name: string): Promise<TrainingDatasetEntity | null> {
    return tx.findOneBy(TrainingDatasetEntity, { projectId, name });
  }

  async findVersionById(tx: Tx, projectId: string, id: string): Promise<DatasetVersionEntity | null> {
    return tx.findOneBy(DatasetVersionEntity, { projectId, id });
  }

  async nameOf(tx: Tx, datasetId: string): Promise<string> {
    return (await tx.findOneByOrFail(TrainingDatasetEntity, { id: datasetId })).name;
  }

  /** The version with that number; the newest one, in any state, for null. */
  async findVersion(tx: Tx, datasetId: string, version: number | null): Promise<DatasetVersionEntity | null> {
    if (version !== null) return tx.findOneBy(DatasetVersionEntity, { datasetId, version });
    return tx.findOne(DatasetVersionEntity, { where: { datasetId }, order: { version: 'DESC' } });
  }

  async newestReady(tx: Tx, datasetId: string): Promise<DatasetVersionEntity | null> {
    return tx.findOne(DatasetVersionEntity, { where: { datasetId, state: 'READY' }, order: { version: 'DESC' } });
  }

  /** By name, after `afterName`. */
  async listDatasets(tx: Tx, projectId: string, afterName: string, limit: number): Promise<TrainingDatasetEntity[]> {
    return tx
      .createQueryBuilder(TrainingDatasetEntity, 'dataset')
      .where('dataset.projectId = :projectId AND dataset.name > :afterName', { projectId, afterName })
      .orderBy('dataset.name')
      .limit(limit)
      .getMany();
  }

  /** The newest first, before `beforeVersion`. */
  async listVersions(tx: Tx, datasetId: string, beforeVersion: number, limit: number): Promise<DatasetVersionEntity[]> {
    return tx.find(DatasetVersionEntity, {
      where: { datasetId, version: LessThan(beforeVersion) },
      order: { version: 'DESC' },
      take: limit,
    });
  }
}
