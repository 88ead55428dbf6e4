import { Module } from '@nestjs/common';
import { DatasetCatalogue } from './dataset-catalogue.service.ts';
import { DatasetRepository } from './dataset.repository.ts';
import { DatasetService } from './dataset.service.ts';
import { DatasetsController } from './datasets.controller.ts';

@Module({
  controllers: [DatasetsController],
  providers: [DatasetRepository, DatasetService, DatasetCatalogue],
  exports: [DatasetService, DatasetCatalogue],
})
export class DatasetsModule {}
