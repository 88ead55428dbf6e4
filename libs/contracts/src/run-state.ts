/** The states of a run. What each means and how one follows another is decided in apps/api/src/workflows/domain. */
export const RunState = {
  Requested: 'REQUESTED',
  Provisioning: 'PROVISIONING',
  Running: 'RUNNING',
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Terminating: 'TERMINATING',
  Terminated: 'TERMINATED',
} as const;
export type RunState = (typeof RunState)[keyof typeof RunState];

export const terminalRunStates = [RunState.Succeeded, RunState.Failed, RunState.Terminated] as const;
export type TerminalRunState = (typeof terminalRunStates)[number];

/** True for a state that is final: no transition leaves it. */
export function isTerminal(state: RunState): state is TerminalRunState {
  return (terminalRunStates as readonly RunState[]).includes(state);
}
