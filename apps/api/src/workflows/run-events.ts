import type { EventData, TerminalRunState } from '@griffin/contracts';
import type { RunEventType } from './domain/transition.ts';
import type { Run } from './domain/run.ts';
import type { RunEntity } from './run.entity.ts';

type Registered = Pick<RunEntity, 'modelVersion' | 'datasetVersion' | 'createdAt'>;

/** What each event about a run says: all that is known of it, not what changed. */
export const runEvents: { [T in RunEventType]: (run: Run, registered: Registered) => EventData<T> } = {
  'workflow.requested': (run) => ({
    run_id: run.id,
    attempt: run.attempt,
    spec: run.spec,
    requested_at: new Date().toISOString(),
  }),

  'workflow.termination-requested': (run) => ({
    run_id: run.id,
    attempt: run.attempt,
    reason: run.reason ?? { code: 'terminated', message: 'The run is over.' },
    requested_at: new Date().toISOString(),
  }),

  'run.completed': (run, { modelVersion, datasetVersion, createdAt }) => ({
    run_id: run.id,
    name: run.spec.name,
    kind: run.spec.kind,
    state: run.state as TerminalRunState,
    reason: run.reason,
    retryable: run.retryable,
    attempts: run.attempt,
    spec: run.spec,
    outputs: run.outputs,
    model_version: modelVersion,
    dataset_version: datasetVersion,
    metrics: run.metrics,
    links: run.links,
    created_at: createdAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    finished_at: (run.finishedAt ?? new Date()).toISOString(),
  }),
};
