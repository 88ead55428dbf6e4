import { Module, type DynamicModule } from '@nestjs/common';
import { DatasetsModule } from '../datasets/datasets.module.ts';
import { ModelStoreModule } from '../model-store/model-store.module.ts';
import { RegistryModule } from '../registry/registry.module.ts';
import { WorkflowDefinitionsModule } from '../workflow-definitions/workflow-definitions.module.ts';
import { WorkerEventsHandler } from './events/worker-events.handler.ts';
import { IdempotencyKeys } from './idempotency-keys.service.ts';
import { RunLogs } from './logs/run-logs.service.ts';
import { MlflowClient } from './metrics/mlflow-client.ts';
import { RunMetrics } from './metrics/run-metrics.service.ts';
import { OwnerLeaseRepository } from './owner-lease.repository.ts';
import { OwnerLeases } from './owner-leases.service.ts';
import { republishAfterSeconds, RunCaretaker } from './run-caretaker.ts';
import { RunDetailsController } from './run-details.controller.ts';
import { RunLife } from './run-life.service.ts';
import { RunOutputs } from './run-outputs.service.ts';
import { RunOwners } from './run-owners.service.ts';
import { RunQueries } from './run-queries.service.ts';
import { artifactRoot, RunSubmission } from './run-submission.service.ts';
import { RunRepository } from './run.repository.ts';
import { RuntimeController } from './runtime.controller.ts';
import { mlflowUrl, RuntimeProtocol } from './runtime-protocol.service.ts';
import { StoredReports } from './stored-report.service.ts';
import { SubmissionRepository } from './submission.repository.ts';
import { SubmitService } from './submit.service.ts';
import { TerminationService } from './termination.service.ts';
import { UnchangedRuns } from './unchanged-runs.ts';
import { WorkflowsController } from './workflows.controller.ts';

export interface WorkflowsOptions {
  /** URI of the folder that the artifacts of all runs lie under. */
  artifactRoot: string;
  /** Null: no metric history. */
  mlflowUrl: string | null;
  republishAfterSeconds: number;
}

const imports = [WorkflowDefinitionsModule, ModelStoreModule, DatasetsModule, RegistryModule];

@Module({
  imports,
  controllers: [WorkflowsController, RunDetailsController, RuntimeController, WorkerEventsHandler],
  providers: [
    RunRepository,
    SubmissionRepository,
    OwnerLeaseRepository,
    IdempotencyKeys,
    RunOutputs,
    RunLife,
    RunOwners,
    OwnerLeases,
    RunSubmission,
    SubmitService,
    TerminationService,
    RunQueries,
    RuntimeProtocol,
    RunLogs,
    RunMetrics,
    StoredReports,
    RunCaretaker,
    UnchangedRuns,
  ],
  exports: [RunSubmission, IdempotencyKeys, RunQueries],
})
export class WorkflowsModule {
  static forService(options: WorkflowsOptions): DynamicModule {
    return {
      module: WorkflowsModule,
      global: true,
      providers: [
        { provide: artifactRoot, useValue: options.artifactRoot },
        { provide: mlflowUrl, useValue: options.mlflowUrl },
        { provide: MlflowClient, useFactory: () => new MlflowClient(options.mlflowUrl) },
        { provide: republishAfterSeconds, useValue: options.republishAfterSeconds },
      ],
    };
  }
}
