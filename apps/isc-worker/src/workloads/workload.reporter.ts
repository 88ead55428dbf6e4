import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import type { WorkloadEvent } from './domain/decision.ts';
import type { WorkloadEntity } from './workload.entity.ts';
import { toEventData } from './workload-event.ts';
import { WorkloadRepository } from './workload.repository.ts';

/** Tells the outside about attempts, in the transaction that records what is told. */
@Injectable()
export class WorkloadReporter {
  constructor(
    private readonly repository: WorkloadRepository,
    private readonly outbox: Outbox,
    private readonly backend: ClusterBackend,
  ) {}

  /** Appends the events in their order. The caller holds the attempt's lock; `at` is when it became so. */
  async tell(
    tx: Tx,
    workload: WorkloadEntity,
    events: WorkloadEvent[],
    at: Date,
    causedBy = workload.causedBy,
  ): Promise<void> {
    const { runId, projectId } = workload;
    for (const event of events) {
      const revision = await this.repository.nextRevision(tx);
      const told = toEventData(workload, event, this.backend.name, at);
      await this.outbox.append(tx, { ...told, subject: runId, projectId, revision, causedBy });
    }
  }
}
