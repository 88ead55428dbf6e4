import { Controller } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { Database } from '@griffin/database';
import { Inbox, OnEvent } from '@griffin/messaging';
import { WorkloadService } from '../workloads/workload.service.ts';

@Controller()
export class OnWorkflowTerminationRequested {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly workloads: WorkloadService,
  ) {}

  @OnEvent('workflow.termination-requested')
  async handle(event: EventOf<'workflow.termination-requested'>): Promise<void> {
    const { run_id: runId, attempt, reason } = event.data;
    const wish = { runId, attempt, reason, projectId: event.projectid, causedBy: event.id };
    await this.database.grouped('termination.accept', runId, (tx) =>
      this.inbox.once(tx, event, () => this.workloads.wantAbsent(tx, wish)),
    );
    this.workloads.lookNow();
  }
}
