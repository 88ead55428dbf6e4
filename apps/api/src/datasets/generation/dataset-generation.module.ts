import { Module } from '@nestjs/common';
import { FeatureStoreModule } from '../../feature-store/feature-store.module.ts';
import { DatasetsModule } from '../datasets.module.ts';
import { DatasetGenerationController } from './dataset-generation.controller.ts';
import { DatasetGeneration } from './dataset-generation.service.ts';

/** Stands between datasets and workflows: a run fills a version, and a version asks for a run. */
@Module({
  imports: [DatasetsModule, FeatureStoreModule],
  controllers: [DatasetGenerationController],
  providers: [DatasetGeneration],
})
export class DatasetGenerationModule {}
