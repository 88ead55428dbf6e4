import { Controller } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { Database } from '@griffin/database';
import { Inbox, OnEvent } from '@griffin/messaging';
import { WorkloadService } from '../workloads/workload.service.ts';

@Controller()
export class OnWorkflowRequested {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly workloads: WorkloadService,
  ) {}

  @OnEvent('workflow.requested')
  async handle(event: EventOf<'workflow.requested'>): Promise<void> {
    const { run_id: runId, attempt, spec } = event.data;
    const wish = { runId, attempt, spec, projectId: event.projectid, causedBy: event.id };
    await this.database.grouped('request.accept', runId, (tx) =>
      this.inbox.once(tx, event, () => this.workloads.wantPresent(tx, wish)),
    );
    this.workloads.lookNow();
  }
}
