import type { EventOf, RunInput, RunOutput } from '@griffin/contracts';
import type { EdgeFact, NodeFact } from '../../graph/domain/graph.ts';
import { NodeType, Relation } from '../../graph/domain/vocabulary.ts';
import {
  architectureNode,
  datasetNode,
  definitionNode,
  deletedDefinitionNode,
  edge,
  featureViewNode,
  keyOf,
  modelVersionNode,
  outputUrlNode,
  runNode,
} from './facts.ts';

/** The events that lineage is made of. */
export type LineageEvent =
  | EventOf<'workflow.requested'>
  | EventOf<'run.completed'>
  | EventOf<'dataset.materialized'>
  | EventOf<'model.registered'>
  | EventOf<'model.alias-moved'>
  | EventOf<'definition.deleted'>;

/** What an event adds to the graph. */
export interface Derivation {
  nodes: NodeFact[];
  edges: EdgeFact[];
  /** Since when: the time of the fact, not of the event. */
  validFrom: string;
}

const nothing = { nodes: [], edges: [] };

/** Pure. Says only what must hold, so the derivations of all events together are the graph, in any order. */
export function derive(event: LineageEvent): Derivation {
  switch (event.type) {
    case 'workflow.requested':
      return { ...fromRequest(event.data), validFrom: event.data.requested_at };
    case 'run.completed':
      return { ...fromCompletion(event.data), validFrom: event.data.finished_at };
    case 'dataset.materialized':
      return { ...fromMaterialization(event.data), validFrom: event.data.materialized_at };
    case 'model.registered':
      return { ...fromRegistration(event.data), validFrom: event.data.registered_at };
    case 'model.alias-moved':
      return { ...nothing, validFrom: event.data.moved_at };
    case 'definition.deleted':
      return { nodes: [deletedDefinitionNode(event.data)], edges: [], validFrom: event.data.deleted_at };
  }
}

function fromRequest({ spec }: EventOf<'workflow.requested'>['data']) {
  const run = runNode(spec.run_id, spec.name, specAttributes(spec));
  return aroundRun(run, spec);
}

function fromCompletion(data: EventOf<'run.completed'>['data']) {
  const { spec, state, attempts, metrics, links, started_at, finished_at } = data;
  const seen = { state, attempts, metrics, links, started_at, finished_at };
  const run = runNode(data.run_id, data.name, { ...specAttributes(spec), ...seen });
  const around = aroundRun(run, spec);
  const results = [
    ...(data.model_version ? [modelVersionNode(data.model_version)] : []),
    ...(data.dataset_version ? [datasetNode(data.dataset_version)] : []),
  ];
  const urls = data.outputs.map((output) => outputUrlNode(output));
  return {
    nodes: [...around.nodes, ...results, ...urls],
    edges: [
      ...around.edges,
      ...[...results, ...urls].map((made) => edge(run, Relation.Generated, made)),
      ...data.outputs.flatMap((output) => locationOf(output, results)),
    ],
  };
}

/** A model output holds the model version, a dataset output the dataset version; predictions are nothing but their URL. */
function locationOf(output: RunOutput, results: NodeFact[]): EdgeFact[] {
  const holds = { model: NodeType.ModelVersion, dataset: NodeType.Dataset, predictions: undefined }[output.type];
  return results
    .filter(({ type }) => type === holds)
    .map((made) => edge(made, Relation.AtLocation, outputUrlNode(output)));
}

function fromMaterialization(data: EventOf<'dataset.materialized'>['data']) {
  const { uri, row_count, fingerprint, label, feature_columns } = data.output;
  const dataset = datasetNode(data, { uri, row_count, fingerprint, label, feature_columns, features: data.features });
  return generatedBy(data.run_id, dataset, data.output, data.features.map(featureViewNode));
}

function fromRegistration(data: EventOf<'model.registered'>['data']) {
  const { uri, framework } = data.output;
  const { metrics, registered_at } = data;
  const model = modelVersionNode(data, { uri, framework, metrics, registered_at });
  const made = generatedBy(data.run_id, model, data.output, []);
  const run = keyOf(NodeType.Run, data.run_id);
  const used = [
    ...(data.dataset_version_id ? [keyOf(NodeType.Dataset, data.dataset_version_id)] : []),
    ...(data.architecture_id ? [keyOf(NodeType.Architecture, data.architecture_id)] : []),
  ];
  return {
    nodes: [...made.nodes, ...used],
    edges: [...made.edges, ...used.map((input) => edge(input, Relation.WasUsedBy, run))],
  };
}

function generatedBy(runId: string, made: NodeFact, output: RunOutput, sources: NodeFact[]) {
  const run = keyOf(NodeType.Run, runId);
  const url = outputUrlNode(output);
  return {
    nodes: [run, made, url, ...sources],
    edges: [
      edge(run, Relation.Generated, made),
      edge(run, Relation.Generated, url),
      edge(made, Relation.AtLocation, url),
      ...sources.map((source) => edge(source, Relation.HadDerivation, made)),
    ],
  };
}

type Spec = EventOf<'workflow.requested'>['data']['spec'];

function specAttributes({ kind, runtime, digest }: Spec) {
  return { kind, runtime: `${runtime.name}@${runtime.version}`, spec_digest: digest };
}

function aroundRun(run: NodeFact, spec: Spec): { nodes: NodeFact[]; edges: EdgeFact[] } {
  const definition = definitionNode(spec.definition);
  const used = [...(spec.architecture ? [architectureNode(spec.architecture)] : []), ...spec.inputs.map(inputNode)];
  const views = spec.inputs.map(featuresOf);
  return {
    nodes: [run, definition, ...used, ...views.flatMap(({ nodes }) => nodes)],
    edges: [
      edge(definition, Relation.WasPlanOf, run),
      ...used.map((input) => edge(input, Relation.WasUsedBy, run)),
      ...views.flatMap(({ edges }) => edges),
    ],
  };
}

function inputNode(input: RunInput): NodeFact {
  return input.type === 'dataset' ? datasetNode(input) : modelVersionNode(input);
}

function featuresOf(input: RunInput): { nodes: NodeFact[]; edges: EdgeFact[] } {
  if (input.type !== 'dataset') return nothing;
  const nodes = input.features.map(featureViewNode);
  return { nodes, edges: nodes.map((view) => edge(view, Relation.HadDerivation, datasetNode(input))) };
}
