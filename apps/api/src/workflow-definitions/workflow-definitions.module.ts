import { Module } from '@nestjs/common';
import { ModelStoreModule } from '../model-store/model-store.module.ts';
import { DefinitionRepository } from './definition.repository.ts';
import { DefinitionService } from './definition.service.ts';
import { WorkflowDefinitionsController } from './workflow-definitions.controller.ts';

@Module({
  imports: [ModelStoreModule],
  controllers: [WorkflowDefinitionsController],
  providers: [DefinitionRepository, DefinitionService],
  exports: [DefinitionService],
})
export class WorkflowDefinitionsModule {}
