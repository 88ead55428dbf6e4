import { Module, type DynamicModule } from '@nestjs/common';
import { RuntimesController } from './runtimes.controller.ts';
import { runtimeCatalogueFile, RuntimesService } from './runtimes.service.ts';

@Module({})
export class RuntimesModule {
  /** `catalogueFile` is what `griffin-runtimes` publishes about itself. */
  static forCatalogue(catalogueFile: string): DynamicModule {
    return {
      module: RuntimesModule,
      global: true,
      controllers: [RuntimesController],
      providers: [{ provide: runtimeCatalogueFile, useValue: catalogueFile }, RuntimesService],
      exports: [RuntimesService],
    };
  }
}
