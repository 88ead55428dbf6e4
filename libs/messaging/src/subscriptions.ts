import type { EventType } from '@griffin/contracts';

/** The topics that each service consumes, under its own name as the consumer group. A topic has the name of its one event type. */
export const subscriptions = {
  api: ['cluster.ready', 'attempt.progressed', 'attempt.finished'],
  'isc-worker': ['workflow.requested', 'workflow.termination-requested'],
  lineage: ['workflow.requested', 'run.completed', 'dataset.materialized', 'model.registered', 'model.alias-moved'],
} as const satisfies Record<string, readonly EventType[]>;

export type ServiceName = keyof typeof subscriptions;
