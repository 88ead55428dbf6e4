import type { ClusterReady, EventData, Resources } from '@griffin/contracts';
import type { WorkloadEvent } from './domain/decision.ts';
import type { WorkloadEntity } from './workload.entity.ts';

type Told = { [T in WorkloadEvent['type']]: { type: T; data: EventData<T> } }[WorkloadEvent['type']];

/** The event's data, as the contract has it. */
export function toEventData(workload: WorkloadEntity, event: WorkloadEvent, backend: string, at: Date): Told {
  const about = { run_id: workload.runId, attempt: workload.attempt };
  switch (event.type) {
    case 'cluster.ready':
      return {
        type: event.type,
        data: {
          ...about,
          backend,
          dashboard_url: event.cluster.dashboardUrl,
          dashboard_address: event.cluster.dashboardAddress,
          shape: shapeOf(workload.spec?.resources),
          ready_at: at.toISOString(),
        },
      };
    case 'attempt.progressed':
      return {
        type: event.type,
        data: { ...about, phase: event.phase, reason: event.reason, observed_at: at.toISOString() },
      };
    case 'attempt.finished': {
      const { exit, exitCode, reason, retryable, logTail } = event.outcome;
      return {
        type: event.type,
        data: {
          ...about,
          exit,
          exit_code: exitCode,
          reason,
          retryable,
          log_tail: logTail,
          finished_at: at.toISOString(),
        },
      };
    }
    case 'attempt.released':
      return { type: event.type, data: { ...about, released_at: at.toISOString() } };
  }
}

function shapeOf(resources: Resources | undefined): ClusterReady['shape'] {
  return { workers: resources?.workers ?? 0, cpu: resources?.cpu ?? 0, gpu: resources?.gpu ?? 0 };
}
