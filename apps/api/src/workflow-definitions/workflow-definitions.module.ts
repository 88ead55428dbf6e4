import { Module } from '@nestjs/common';
import { DatasetsModule } from '../datasets/datasets.module.ts';
import { ModelStoreModule } from '../model-store/model-store.module.ts';
import { RegistryModule } from '../registry/registry.module.ts';
import { DefinitionRepository } from './definition.repository.ts';
import { DefinitionService } from './definition.service.ts';
import { WorkflowDefinitionsController } from './workflow-definitions.controller.ts';

@Module({
  imports: [ModelStoreModule, DatasetsModule, RegistryModule],
  controllers: [WorkflowDefinitionsController],
  providers: [DefinitionRepository, DefinitionService],
  exports: [DefinitionService, DefinitionRepository],
})
export class WorkflowDefinitionsModule {}
