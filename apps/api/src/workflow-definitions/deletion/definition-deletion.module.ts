import { Module } from '@nestjs/common';
import { WorkflowDefinitionsModule } from '../workflow-definitions.module.ts';
import { DefinitionDeletionController } from './definition-deletion.controller.ts';
import { DefinitionDeletion } from './definition-deletion.service.ts';

/** Stands between definitions and workflows: runs are of a definition, and one that has active runs stays. */
@Module({
  imports: [WorkflowDefinitionsModule],
  controllers: [DefinitionDeletionController],
  providers: [DefinitionDeletion],
})
export class DefinitionDeletionModule {}
