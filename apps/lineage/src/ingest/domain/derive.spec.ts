import { eventTypes } from '@griffin/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { nodeRef } from '../../graph/domain/graph.ts';
import { derive, type LineageEvent } from './derive.ts';
import { Journey } from '../journey.fixture.ts';

const j = new Journey();
const [run, generation] = [`run:${j.runId}`, `run:${j.generationRunId}`];
const [dataset, view] = [`dataset:${j.dataset.id}`, `feature-view:${j.view.id}`];
const [architecture, definition] = [`architecture:${j.architecture.id}`, `definition:${j.definition.id}`];
const [model, modelUrl, datasetUrl] = [
  `model-version:${j.model.id}`,
  `output-url:${j.modelUri}`,
  `output-url:${j.datasetUri}`,
];

const asked = [
  `${definition} wasPlanOf ${run}`,
  `${architecture} wasUsedBy ${run}`,
  `${dataset} wasUsedBy ${run}`,
  `${view} hadDerivation ${dataset}`,
];

describe('the edges of', () => {
  it.each<[string, LineageEvent, string[]]>([
    ['a request', j.requested(), asked],
    [
      'a run that made a model',
      j.completed(),
      [...asked, `${run} generated ${model}`, `${run} generated ${modelUrl}`, `${model} atLocation ${modelUrl}`],
    ],
    ['a run that failed', j.completed('FAILED'), asked],
    [
      'a dataset',
      j.materialized(),
      [
        `${generation} generated ${dataset}`,
        `${generation} generated ${datasetUrl}`,
        `${dataset} atLocation ${datasetUrl}`,
        `${view} hadDerivation ${dataset}`,
      ],
    ],
    [
      'a model version',
      j.registered(),
      [
        `${run} generated ${model}`,
        `${run} generated ${modelUrl}`,
        `${model} atLocation ${modelUrl}`,
        `${dataset} wasUsedBy ${run}`,
        `${architecture} wasUsedBy ${run}`,
      ],
    ],
    ['an alias', j.aliased('champion', 1), []],
    ['a definition that was deleted', j.deleted(), []],
  ])('%s', (_what, event, expected) => {
    const { edges } = derive(event);
    const shown = edges.map(({ from, relation, to }) => `${nodeRef(from)} ${relation} ${nodeRef(to)}`);
    expect(shown.toSorted()).toEqual(expected.toSorted());
  });
});

it.each<[string, (event: ReturnType<Journey['completed']>) => void, string[]]>([
  [
    'a model as an input',
    ({ data }) => data.spec.inputs.push({ type: 'model', ...j.model, id: j.modelId, uri: j.modelUri }),
    [`model-version:${j.modelId} wasUsedBy ${run}`],
  ],
  [
    'predictions as a URL only',
    ({ data }) => data.outputs.push({ type: 'predictions', uri: 'file:///p', files: [], row_count: 1 }),
    [`${run} generated output-url:file:///p`],
  ],
  [
    'a generated dataset and where it lies',
    ({ data }) => {
      data.dataset_version = j.dataset;
      data.outputs = [j.materialized().data.output];
    },
    [`${run} generated ${dataset}`, `${run} generated ${datasetUrl}`, `${dataset} atLocation ${datasetUrl}`],
  ],
])('a completed run shows %s', (_what, change, expected) => {
  const event = j.completed('FAILED');
  change(event);
  const shown = derive(event).edges.map(({ from, relation, to }) => `${nodeRef(from)} ${relation} ${nodeRef(to)}`);
  expect(shown.toSorted()).toEqual([...asked, ...expected].toSorted());
});

describe('each event', () => {
  const ajv = new Ajv({ strict: true, formats: { uuid: true, 'date-time': true } });

  it.each(j.events().map((event) => [event.type, event] as const))('%s names every end of its edges', (type, event) => {
    expect(ajv.validate(eventTypes[type], event), ajv.errorsText()).toBe(true);
    const { nodes, edges } = derive(event);
    const named = new Set(nodes.map(nodeRef));
    for (const end of edges.flatMap(({ from, to }) => [from, to])) expect(named).toContain(nodeRef(end));
  });
});

it('what is known of each node is on it', () => {
  const facts = [...derive(j.completed()).nodes, ...derive(j.registered()).nodes];
  const attributesOf = (ref: string) => facts.findLast((fact) => nodeRef(fact) === ref && fact.attributes)?.attributes;
  expect(attributesOf(run)).toMatchObject({
    kind: 'train',
    state: 'SUCCEEDED',
    runtime: 'xgboost@1',
    metrics: { auc: 0.71 },
  });
  expect(attributesOf(model)).toMatchObject({ framework: 'xgboost', uri: j.modelUri });
  expect(attributesOf(modelUrl)).toEqual({ output: 'model' });
});
