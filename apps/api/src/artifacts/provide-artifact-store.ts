import { Module, type DynamicModule } from '@nestjs/common';
import type { ArtifactStore } from '@griffin/platform';
import { artifactStore } from './artifact-store.ts';

/** Gives the whole service its artifact store. */
@Module({})
export class ArtifactStoreProvider {
  static forStore(store: ArtifactStore): DynamicModule {
    return {
      module: ArtifactStoreProvider,
      global: true,
      providers: [{ provide: artifactStore, useValue: store }],
      exports: [artifactStore],
    };
  }
}
