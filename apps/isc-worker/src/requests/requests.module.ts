import { Module, type DynamicModule } from '@nestjs/common';
import { OnWorkflowRequested } from './on-workflow-requested.handler.ts';
import { OnWorkflowTerminationRequested } from './on-workflow-termination-requested.handler.ts';

/** What api wants, as it comes from the bus. */
@Module({})
export class RequestsModule {
  static forService(workloads: DynamicModule): DynamicModule {
    return {
      module: RequestsModule,
      imports: [workloads],
      controllers: [OnWorkflowRequested, OnWorkflowTerminationRequested],
    };
  }
}
