import Type, { type Static } from 'typebox';
import { Reason } from '../reason.ts';
import { ResolvedRunSpec } from '../run-spec.ts';
import { RunOutput } from '../report.ts';
import { RunKind } from '../run-kind.ts';
import { envelope } from './envelope.ts';

const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Attempt = Type.Integer({ minimum: 1 });

/** Attempt N of run R shall exist, with this resolved spec. Key: run id. */
export const WorkflowRequested = Type.Object({
  run_id: Id,
  attempt: Attempt,
  spec: ResolvedRunSpec,
  requested_at: Time,
});
export type WorkflowRequested = Static<typeof WorkflowRequested>;

/** Attempt N of R shall not exist. A tombstone: it may arrive before the request it ends. Key: run id. */
export const WorkflowTerminationRequested = Type.Object({
  run_id: Id,
  attempt: Attempt,
  reason: Reason,
  requested_at: Time,
});
export type WorkflowTerminationRequested = Static<typeof WorkflowTerminationRequested>;

/** What the attempt runs on is up. Key: run id. */
export const ClusterReady = Type.Object({
  run_id: Id,
  attempt: Attempt,
  backend: Type.String(),
  /** Where people find it: in a browser, if there is a way for browsers. */
  dashboard_url: Type.Union([Type.String(), Type.Null()]),
  /** Where programs within the cluster find it. */
  dashboard_address: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  shape: Type.Object({ workers: Type.Integer({ minimum: 0 }), cpu: Type.Number(), gpu: Type.Integer() }),
  ready_at: Time,
});
export type ClusterReady = Static<typeof ClusterReady>;

export const AttemptPhase = {
  Queued: 'queued',
  Pulling: 'pulling',
  Starting: 'starting',
  Running: 'running',
  Lost: 'lost',
  Stopping: 'stopping',
} as const;
export type AttemptPhase = (typeof AttemptPhase)[keyof typeof AttemptPhase];

/** What is seen of an attempt that is not over. Repeated while it lives, so that silence means something. Key: run id. */
export const AttemptProgressed = Type.Object({
  run_id: Id,
  attempt: Attempt,
  phase: Type.Enum(AttemptPhase),
  reason: Type.Union([Reason, Type.Null()]),
  observed_at: Time,
});
export type AttemptProgressed = Static<typeof AttemptProgressed>;

/** The cluster's side of an attempt's end: nothing of it can compute any more. Key: run id. */
export const AttemptFinished = Type.Object({
  run_id: Id,
  attempt: Attempt,
  exit: Type.Enum(['succeeded', 'failed', 'stopped', 'never-started']),
  exit_code: Type.Union([Type.Integer(), Type.Null()]),
  reason: Type.Union([Reason, Type.Null()]),
  retryable: Type.Boolean(),
  log_tail: Type.Union([Type.String({ maxLength: 16384 }), Type.Null()]),
  finished_at: Time,
});
export type AttemptFinished = Static<typeof AttemptFinished>;

/** Every object of an attempt that is over is gone. May arrive before its end does. Key: run id. */
export const AttemptReleased = Type.Object({
  run_id: Id,
  attempt: Attempt,
  released_at: Time,
});
export type AttemptReleased = Static<typeof AttemptReleased>;

/** The run's one final truth, with all references, links and outputs: exactly one per run. Key: run id. */
export const RunCompleted = Type.Object({
  run_id: Id,
  name: Type.String(),
  kind: Type.Enum(RunKind),
  state: Type.Enum(['SUCCEEDED', 'FAILED', 'TERMINATED']),
  reason: Type.Union([Reason, Type.Null()]),
  retryable: Type.Boolean(),
  attempts: Type.Integer({ minimum: 0 }),
  spec: ResolvedRunSpec,
  outputs: Type.Array(RunOutput),
  model_version: Type.Union([
    Type.Object({ id: Id, name: Type.String(), version: Type.Integer({ minimum: 1 }) }),
    Type.Null(),
  ]),
  dataset_version: Type.Union([
    Type.Object({ id: Id, name: Type.String(), version: Type.Integer({ minimum: 1 }) }),
    Type.Null(),
  ]),
  metrics: Type.Record(Type.String(), Type.Number()),
  links: Type.Record(Type.String(), Type.String()),
  created_at: Time,
  started_at: Type.Union([Time, Type.Null()]),
  finished_at: Time,
});
export type RunCompleted = Static<typeof RunCompleted>;

export const workflowEvents = {
  'workflow.requested': envelope('workflow.requested', WorkflowRequested),
  'workflow.termination-requested': envelope('workflow.termination-requested', WorkflowTerminationRequested),
  'cluster.ready': envelope('cluster.ready', ClusterReady),
  'attempt.progressed': envelope('attempt.progressed', AttemptProgressed),
  'attempt.finished': envelope('attempt.finished', AttemptFinished),
  'attempt.released': envelope('attempt.released', AttemptReleased),
  'run.completed': envelope('run.completed', RunCompleted),
} as const;
