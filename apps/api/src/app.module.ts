import { Module, type DynamicModule } from '@nestjs/common';
import { Database, DatabaseModule } from '@griffin/database';
import { MessagingModule } from '@griffin/messaging';
import { artifactStoreFrom, busSettings, HealthModule } from '@griffin/platform';
import { ArtifactStoreProvider } from './artifacts/provide-artifact-store.ts';
import { DatasetGenerationModule } from './datasets/generation/dataset-generation.module.ts';
import { DatasetsModule } from './datasets/datasets.module.ts';
import type { Environment } from './environment.ts';
import { EventsModule } from './events/events.module.ts';
import { FeatureStoreModule } from './feature-store/feature-store.module.ts';
import { LineageModule } from './lineage/lineage.module.ts';
import { ModelStoreModule } from './model-store/model-store.module.ts';
import { ProjectsModule } from './projects/projects.module.ts';
import { RegistryModule } from './registry/registry.module.ts';
import { RuntimesModule } from './runtimes/runtimes.module.ts';
import { schema } from './schema.ts';
import { DefinitionDeletionModule } from './workflow-definitions/deletion/definition-deletion.module.ts';
import { WorkflowDefinitionsModule } from './workflow-definitions/workflow-definitions.module.ts';
import { WorkflowsModule } from './workflows/workflows.module.ts';

/** The metadata store and the one public door. */
@Module({})
export class AppModule {
  static forEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forService({ url: environment.GRIFFIN_DATABASE_URL, ...schema }),
        MessagingModule.forService({
          service: 'api',
          installation: environment.GRIFFIN_INSTALLATION,
          bus: busSettings(environment),
          ignores: [],
        }),
        HealthModule.forService({
          inject: [Database],
          checks: (database: Database) => ({ database: () => database.manager.query('SELECT 1') }),
        }),
        ArtifactStoreProvider.forStore(artifactStoreFrom(environment)),
        ...features(environment),
      ],
    };
  }
}

function features(environment: Environment) {
  return [
    ProjectsModule.forAccess({
      runTokenPublicKey: environment.GRIFFIN_RUN_TOKEN_PUBLIC_KEY,
      bootstrap: { project: environment.GRIFFIN_BOOTSTRAP_PROJECT, token: environment.GRIFFIN_BOOTSTRAP_TOKEN },
    }),
    RuntimesModule.forCatalogue(environment.GRIFFIN_RUNTIMES_CATALOGUE),
    ModelStoreModule,
    FeatureStoreModule,
    DatasetsModule,
    RegistryModule,
    WorkflowDefinitionsModule,
    WorkflowsModule.forService({
      artifactRoot: environment.GRIFFIN_ARTIFACT_ROOT,
      mlflowUrl: environment.GRIFFIN_MLFLOW_URL ?? null,
      republishAfterSeconds: environment.GRIFFIN_REPUBLISH_AFTER_SECONDS,
    }),
    DatasetGenerationModule,
    DefinitionDeletionModule,
    EventsModule,
    LineageModule.forService({
      url: environment.GRIFFIN_LINEAGE_URL,
      principalPrivateKey: environment.GRIFFIN_PRINCIPAL_PRIVATE_KEY,
    }),
  ];
}
