import type { AttemptPhase, Reason, ResolvedRunSpec, RunOutput, RunState } from '@griffin/contracts';

export type Links = Record<string, string>;
export type Metrics = Record<string, number>;

/** Whether the cluster sees the current attempt, and since when. Losing sight of it changes no state. */
export interface Observation {
  status: 'unseen' | 'seen' | 'lost';
  since: string;
}

/** What the current attempt occupies: `released` once it is over and every object of it is gone, `unknown` while out of sight. */
export type ResourcesHeld = 'held' | 'released' | 'unknown';

/** What is decided about a run. Each change of any of it is one revision; progress figures are kept beside it. */
export interface Run {
  id: string;
  spec: ResolvedRunSpec;
  revision: number;
  state: RunState;
  /** The number of the current attempt. */
  attempt: number;
  reason: Reason | null;
  /** Whether the same work may succeed when it is submitted again. Says something once the run has ended without success. */
  retryable: boolean;
  observation: Observation;
  resources: ResourcesHeld;
  /** Where people look at the current attempt. */
  links: Links;
  metrics: Metrics;
  outputs: RunOutput[];
  logTail: string | null;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export type RunChange = Partial<Omit<Run, 'id' | 'spec' | 'revision'>>;

/** What is known of one attempt, the current one or an earlier one. */
export interface Attempt {
  number: number;
  phase: AttemptPhase | 'requested' | 'finished';
  /** The process that claimed it; no other one may report for it. */
  bootId: string | null;
  /** Of the report that was accepted for it. */
  outcome: 'succeeded' | 'failed' | null;
  reason: Reason | null;
  links: Links;
  metrics: Metrics;
  logTail: string | null;
  /** The highest revision of the cluster's snapshots of it. */
  observedRevision: number;
  exit: 'succeeded' | 'failed' | 'stopped' | 'never-started' | null;
  exitCode: number | null;
  startedAt: Date | null;
  /** When its report was accepted. */
  reportedAt: Date | null;
  /** When the cluster was done with it: from then on nothing of it can compute or write. */
  finishedAt: Date | null;
  /** When every object of it was gone from the cluster. May be known before the end is. */
  releasedAt: Date | null;
}

export type AttemptChange = Partial<Omit<Attempt, 'number'>>;

/** An attempt of which nothing is known but that it shall exist. */
export function newAttempt(number: number): Attempt {
  return {
    number,
    phase: 'requested',
    bootId: null,
    outcome: null,
    reason: null,
    links: {},
    metrics: {},
    logTail: null,
    observedRevision: 0,
    exit: null,
    exitCode: null,
    startedAt: null,
    reportedAt: null,
    finishedAt: null,
    releasedAt: null,
  };
}

/** A run as it is submitted: revision 1, attempt 1. */
export function newRun(spec: ResolvedRunSpec, at: Date): Run {
  return {
    id: spec.run_id,
    spec,
    revision: 1,
    state: 'REQUESTED',
    attempt: 1,
    reason: null,
    retryable: false,
    observation: { status: 'unseen', since: at.toISOString() },
    resources: 'held',
    links: {},
    metrics: {},
    outputs: [],
    logTail: null,
    startedAt: null,
    finishedAt: null,
  };
}

/** The run after a change: one revision further. */
export function changed(run: Run, change: RunChange): Run {
  return { ...run, ...change, revision: run.revision + 1 };
}
