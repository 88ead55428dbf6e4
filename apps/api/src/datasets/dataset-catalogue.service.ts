import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import { LongPoll } from '@griffin/platform';
import type { DatasetVersionEntity } from './dataset-version.entity.ts';
import { DatasetUnknown } from './dataset.errors.ts';
import { DatasetRepository } from './dataset.repository.ts';
import type { TrainingDatasetEntity } from './training-dataset.entity.ts';

/** What there is to see of training datasets. */
@Injectable()
export class DatasetCatalogue {
  constructor(
    private readonly database: Database,
    private readonly datasets: DatasetRepository,
    private readonly longPoll: LongPoll,
  ) {}

  /** One row more than `limit`, when there are more. */
  async list(projectId: string, afterName: string, limit: number): Promise<TrainingDatasetEntity[]> {
    return this.datasets.listDatasets(this.database.manager, projectId, afterName, limit + 1);
  }

  /** One row more than `limit`, when there are more. */
  async versions(projectId: string, name: string, before: number, limit: number): Promise<DatasetVersionEntity[]> {
    const { id } = await this.dataset(projectId, name);
    return this.datasets.listVersions(this.database.manager, id, before, limit + 1);
  }

  /** The version, the newest one for null; held back for up to `waitSeconds` while it is PENDING. */
  async version(
    projectId: string,
    name: string,
    number: number | null,
    waitSeconds: number,
  ): Promise<DatasetVersionEntity> {
    const { id } = await this.dataset(projectId, name);
    const find = async () => {
      const version = await this.datasets.findVersion(this.database.manager, id, number);
      if (!version) throw new DatasetUnknown(name, number);
      return version;
    };
    const finished = async () => {
      const version = await find();
      return version.state === 'PENDING' ? undefined : version;
    };
    return (await this.longPoll.until(finished, waitSeconds)) ?? find();
  }

  private async dataset(projectId: string, name: string): Promise<TrainingDatasetEntity> {
    const dataset = await this.datasets.findDataset(this.database.manager, projectId, name);
    if (!dataset) throw new DatasetUnknown(name);
    return dataset;
  }
}
