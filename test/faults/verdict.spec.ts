import { expect, it } from 'vitest';
import type { Evidence, RunEvidence } from './evidence.ts';
import type { Promised } from './journeys.ts';
import { judge } from './verdict.ts';

const run = (more: Partial<RunEvidence> = {}): RunEvidence => ({
  id: 'r',
  name: 'keyed-k',
  kind: 'train',
  state: 'SUCCEEDED',
  attempts: 1,
  history: ['REQUESTED', 'PROVISIONING', 'RUNNING', 'SUCCEEDED'],
  completed: ['SUCCEEDED'],
  models: ['m'],
  datasets: [],
  resources: 'released',
  workloads: 0,
  processes: 0,
  ...more,
});

const nodes = [
  { type: 'run', id: 'r' },
  { type: 'model-version', id: 'm' },
  { type: 'dataset', id: 'd' },
  { type: 'architecture', id: 'a' },
];
const lineage = { modelId: 'm', runId: 'r', nodes, edges: 3, distinctEdges: 3 };

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  runs: [run()],
  unpublished: 0,
  publishedTwice: 0,
  unhandled: 0,
  deadLetters: 0,
  repeatedMoves: 0,
  lineage: [lineage],
  ...more,
});

const promise: Promised = { key: 'k', runId: 'r', states: ['SUCCEEDED'], attempts: 1 };
const faults = (given: Evidence, promised = [promise], letters = 0) =>
  judge(given, promised, letters).map(({ fault }) => fault);

it('finds nothing where the word was kept', () => {
  expect(judge(evidence(), [promise], 0)).toEqual([]);
});

it.each([
  ['an accepted run that is not there', evidence({ runs: [], lineage: [] })],
  ['a run without an end', evidence({ runs: [run({ state: 'RUNNING', models: [], history: [], completed: [''] })] })],
  ['a run without run.completed', evidence({ runs: [run({ completed: [] })] })],
  ['a training without a model version', evidence({ runs: [run({ models: [] })] })],
  ['a lineage without the run', evidence({ lineage: [{ ...lineage, nodes: nodes.slice(1) }] })],
  ['an event that is not published', evidence({ unpublished: 1 })],
  ['an event that is not handled', evidence({ unhandled: 1 })],
])('finds lost: %s', (_, given) => {
  expect(faults(given)).toContain('lost');
});

it('finds lost: a dead letter', () => {
  expect(faults(evidence(), [promise], 1)).toEqual(['lost']);
});

it.each([
  ['a second run of one request', evidence({ runs: [run(), run({ id: 's' })] })],
  ['a second attempt', evidence({ runs: [run({ attempts: 2 })] })],
  ['a second run.completed', evidence({ runs: [run({ completed: ['SUCCEEDED', 'SUCCEEDED'] })] })],
  ['a second model version', evidence({ runs: [run({ models: ['m', 'n'] })] })],
  ['a node twice', evidence({ lineage: [{ ...lineage, nodes: [...nodes, { type: 'run', id: 'r' }] }] })],
  ['an edge twice', evidence({ lineage: [{ ...lineage, edges: 4 }] })],
  ['an event twice in the log', evidence({ publishedTwice: 1 })],
  ['a dead letter nobody expected', evidence({ deadLetters: 1 })],
  ['a move of an alias', evidence({ repeatedMoves: 1 })],
])('finds duplicated: %s', (_, given) => {
  expect(faults(given)).toEqual(['duplicated']);
});

it.each([
  ['an end that was not promised', evidence({ runs: [run({ state: 'FAILED', models: [], completed: ['FAILED'] })] })],
  ['two ends', evidence({ runs: [run({ history: ['RUNNING', 'TERMINATED', 'SUCCEEDED'] })] })],
  ['life after the end', evidence({ runs: [run({ history: ['SUCCEEDED', 'RUNNING'] })] })],
  ['a model version of a failed run', evidence({ runs: [run({ state: 'FAILED', completed: ['FAILED'] })] })],
  ['an event that disagrees', evidence({ runs: [run({ completed: ['FAILED'] })] })],
  ['resources that stay held', evidence({ runs: [run({ resources: 'held' })] })],
  ['a worker that works on', evidence({ runs: [run({ workloads: 1 })] })],
  ['a process that lives', evidence({ runs: [run({ processes: 2 })] })],
  [
    'a dataset left pending',
    evidence({ runs: [run({ kind: 'generate-dataset', models: [], datasets: ['PENDING'] })] }),
  ],
])('finds contradictory: %s', (_, given) => {
  expect(faults(given)).toContain('contradictory');
});
