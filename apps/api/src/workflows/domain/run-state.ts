import { isTerminal, RunState } from '@griffin/contracts';

interface StateRow {
  means: string;
  next: readonly RunState[];
}

/**
 * The run's life, whole: what each state means and which may follow it. Whatever is not here cannot happen.
 * `PROVISIONING -> PROVISIONING` is the next attempt of a run whose last one ended before it began to compute. To
 * `SUCCEEDED` without `RUNNING` go containers that nobody claimed, and that were over before they were seen running.
 */
export const runStates = {
  REQUESTED: {
    means: 'Accepted and published. Nothing has been seen of it on a cluster yet.',
    next: ['PROVISIONING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TERMINATING'],
  },
  PROVISIONING: {
    means: 'The current attempt is queued, or what it runs on is coming up.',
    next: ['PROVISIONING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TERMINATING'],
  },
  RUNNING: {
    means:
      "The runtime claimed the current attempt and does the run's work; an image of the user's own is seen running.",
    next: ['PROVISIONING', 'SUCCEEDED', 'FAILED', 'TERMINATING'],
  },
  TERMINATING: {
    means: 'Asked to end, by a person, its owner or its time limit. Something of it may still compute.',
    next: ['TERMINATED', 'FAILED'],
  },
  SUCCEEDED: {
    means: "The final report was accepted and its outputs are registered; an image of the user's own exited with 0.",
    next: [],
  },
  FAILED: {
    means: 'No attempt succeeded and none follows, or the time limit ended it. The reason says why.',
    next: [],
  },
  TERMINATED: { means: 'Ended on request. Nothing of it can compute any more.', next: [] },
} as const satisfies Record<RunState, StateRow>;

/** Whether the table lets `to` follow `from`. */
export function mayFollow(from: RunState, to: RunState): boolean {
  const next: readonly RunState[] = runStates[from].next;
  return next.includes(to);
}

/** The states a run can be in before its end. */
export const activeRunStates = Object.values(RunState).filter((state) => !isTerminal(state));

/** Those of them in which nobody has asked it to end yet. */
export const wantedRunStates = activeRunStates.filter((state) => state !== 'TERMINATING');

/** The table as a Mermaid diagram, for the documentation. */
export function stateDiagram(): string {
  const arrows = Object.entries(runStates).flatMap(([from, { next }]) => next.map((to) => `  ${from} --> ${to}`));
  const ends = Object.values(RunState)
    .filter(isTerminal)
    .map((state) => `  ${state} --> [*]`);
  return ['stateDiagram-v2', '  [*] --> REQUESTED', ...arrows, ...ends].join('\n');
}
