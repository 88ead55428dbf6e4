import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import type { WorkloadEvent } from './domain/decision.ts';
import type { WorkloadEntity } from './workload.entity.ts';
import { toEventData } from './workload-event.ts';

/** Tells the outside about attempts, in the transaction that records what is told. */
@Injectable()
export class WorkloadReporter {
  constructor(
    private readonly outbox: Outbox,
    private readonly backend: ClusterBackend,
  ) {}

  /**
   * Appends the events in their order, each with its revision. The caller holds the attempt's lock since before it drew
   * them; `at` is when it became so.
   */
  async tell(
    tx: Tx,
    workload: WorkloadEntity,
    events: WorkloadEvent[],
    revisions: number[],
    at: Date,
    causedBy = workload.causedBy,
  ): Promise<void> {
    const { runId, projectId } = workload;
    for (const [index, event] of events.entries()) {
      const told = toEventData(workload, event, this.backend.name, at);
      await this.outbox.append(tx, { ...told, subject: runId, projectId, revision: revisions[index]!, causedBy });
    }
  }
}
