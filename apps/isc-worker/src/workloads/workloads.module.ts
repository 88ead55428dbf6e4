import { Module, type DynamicModule } from '@nestjs/common';
import { Alarm } from './alarm.ts';
import type { AttemptSettings } from './attempt-environment.ts';
import { attemptsAtOnce, Reconciler } from './reconciler.ts';
import { attemptSettings, ReconciliationService } from './reconciliation.service.ts';
import { Sweeper } from './sweeper.ts';
import { WorkloadReporter } from './workload.reporter.ts';
import { WorkloadRepository } from './workload.repository.ts';
import { WorkloadService } from './workload.service.ts';

/** Attempts: what shall exist, and the loop that makes it so. `imports` have the backend, and know deleted definitions. */
@Module({})
export class WorkloadsModule {
  static forService(imports: DynamicModule[], settings: AttemptSettings, atOnce: number): DynamicModule {
    return {
      module: WorkloadsModule,
      imports,
      providers: [
        { provide: attemptSettings, useValue: settings },
        { provide: attemptsAtOnce, useValue: atOnce },
        Alarm,
        WorkloadRepository,
        WorkloadReporter,
        WorkloadService,
        ReconciliationService,
        Reconciler,
        Sweeper,
      ],
      exports: [WorkloadService],
    };
  }
}
