import { messagingEntities, messagingMigrations } from '@griffin/messaging';
import { DatasetVersionEntity } from './datasets/dataset-version.entity.ts';
import { TrainingDatasetEntity } from './datasets/training-dataset.entity.ts';
import { FeatureViewEntity } from './feature-store/feature-view.entity.ts';
import { CreateProjects1795510800000 } from './migrations/1795510800000-create-projects.ts';
import { CreateTheRegistry1795510900000 } from './migrations/1795510900000-create-the-registry.ts';
import { CreateTheStores1795510950000 } from './migrations/1795510950000-create-the-stores.ts';
import { CreateTrainingDatasets1795511000000 } from './migrations/1795511000000-create-training-datasets.ts';
import { CreateWorkflowDefinitions1795511100000 } from './migrations/1795511100000-create-workflow-definitions.ts';
import { CreateRuns1795511200000 } from './migrations/1795511200000-create-runs.ts';
import { GuardTheEndOfRuns1795511300000 } from './migrations/1795511300000-guard-the-end-of-runs.ts';
import { IndexTheFiltersOfRuns1795511400000 } from './migrations/1795511400000-index-the-filters-of-runs.ts';
import { KnowWhenReleased1795511500000 } from './migrations/1795511500000-know-when-released.ts';
import { SoftDeleteDefinitions1795511600000 } from './migrations/1795511600000-soft-delete-definitions.ts';
import { IndexRunsByOwner1795511700000 } from './migrations/1795511700000-index-runs-by-owner.ts';
import { LeaseRunsToOwners1795511800000 } from './migrations/1795511800000-lease-runs-to-owners.ts';
import { ArchitectureEntity } from './model-store/architecture.entity.ts';
import { ProjectEntity } from './projects/project.entity.ts';
import { TokenEntity } from './projects/token.entity.ts';
import { AliasMoveEntity } from './registry/alias-move.entity.ts';
import { ModelVersionEntity } from './registry/model-version.entity.ts';
import { RegisteredModelEntity } from './registry/registered-model.entity.ts';
import { DefinitionVersionEntity } from './workflow-definitions/definition-version.entity.ts';
import { DefinitionEntity } from './workflow-definitions/definition.entity.ts';
import { AttemptEntity } from './workflows/attempt.entity.ts';
import { IdempotencyKeyEntity } from './workflows/idempotency-key.entity.ts';
import { OwnerEntity } from './workflows/owner.entity.ts';
import { RunHistoryEntity } from './workflows/run-history.entity.ts';
import { RunEntity } from './workflows/run.entity.ts';

/** The schema `api`: the metadata store. */
export const schema = {
  schema: 'api' as const,
  entities: [
    ...messagingEntities,
    ProjectEntity,
    TokenEntity,
    ArchitectureEntity,
    FeatureViewEntity,
    TrainingDatasetEntity,
    DatasetVersionEntity,
    RegisteredModelEntity,
    ModelVersionEntity,
    AliasMoveEntity,
    DefinitionEntity,
    DefinitionVersionEntity,
    RunEntity,
    AttemptEntity,
    RunHistoryEntity,
    IdempotencyKeyEntity,
    OwnerEntity,
  ],
  migrations: [
    ...messagingMigrations,
    CreateProjects1795510800000,
    CreateTheRegistry1795510900000,
    CreateTheStores1795510950000,
    CreateTrainingDatasets1795511000000,
    CreateWorkflowDefinitions1795511100000,
    CreateRuns1795511200000,
    GuardTheEndOfRuns1795511300000,
    IndexTheFiltersOfRuns1795511400000,
    KnowWhenReleased1795511500000,
    SoftDeleteDefinitions1795511600000,
    IndexRunsByOwner1795511700000,
    LeaseRunsToOwners1795511800000,
  ],
};
