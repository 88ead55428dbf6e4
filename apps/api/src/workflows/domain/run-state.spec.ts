import { readFileSync } from 'node:fs';
import { isTerminal, RunState } from '@griffin/contracts';
import { expect, it } from 'vitest';
import { activeRunStates, mayFollow, runStates, stateDiagram } from './run-state.ts';

it.each(Object.values(RunState))('from %s an end can be reached, and none leaves an end', (state) => {
  if (isTerminal(state)) return expect(runStates[state].next).toEqual([]);
  const reached = new Set<RunState>([state]);
  for (const from of reached) runStates[from].next.forEach((to) => reached.add(to));
  expect([...reached].some(isTerminal)).toBe(true);
  expect(reached).toContain('TERMINATED');
});

it('a run that is not ending can succeed, and only a terminating one can be terminated', () => {
  const into = (to: RunState) => Object.values(RunState).filter((from) => mayFollow(from, to));
  expect(into('SUCCEEDED')).toEqual(['REQUESTED', 'PROVISIONING', 'RUNNING']);
  expect(into('TERMINATED')).toEqual(['TERMINATING']);
  expect(activeRunStates).toEqual(['REQUESTED', 'PROVISIONING', 'RUNNING', 'TERMINATING']);
});

it('is drawn in its ADR as it is', () => {
  const adr = new URL('../../../../../docs/adr/0030-one-table-of-run-states.md', import.meta.url);
  expect(readFileSync(adr, 'utf8')).toContain(stateDiagram());
});
