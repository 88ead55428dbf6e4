import { Module, type DynamicModule } from '@nestjs/common';
import { DefinitionRemover } from './definition-remover.ts';
import { DeletedDefinitions } from './deleted-definitions.service.ts';
import { OnDefinitionDeleted } from './on-definition-deleted.handler.ts';

/** Definitions that are no more, and their removal from the given backend. */
@Module({})
export class DefinitionsModule {
  static forService(backend: DynamicModule): DynamicModule {
    return {
      module: DefinitionsModule,
      imports: [backend],
      controllers: [OnDefinitionDeleted],
      providers: [DeletedDefinitions, DefinitionRemover],
      exports: [DeletedDefinitions],
    };
  }
}
