import type { RunOutput } from '@griffin/contracts';
import type { EdgeFact, NodeFact, NodeKey } from '../../graph/domain/graph.ts';
import { NodeType, type Relation } from '../../graph/domain/vocabulary.ts';

interface Versioned {
  id: string;
  name: string;
  version: number;
}
type Attributes = Record<string, unknown>;

export const keyOf = (type: NodeType, id: string): NodeKey => ({ type, id });

export const runNode = (id: string, name: string, attributes: Attributes): NodeFact => ({
  ...keyOf(NodeType.Run, id),
  name,
  attributes,
});

export const definitionNode = ({ stage, ...definition }: Versioned & { stage: string }): NodeFact =>
  versioned(NodeType.Definition, definition, { stage });

/** Its version is for its runs to say: one that had none is there without. */
export const deletedDefinitionNode = (deleted: { id: string; name: string; deleted_at: string }): NodeFact => ({
  ...keyOf(NodeType.Definition, deleted.id),
  name: deleted.name,
  attributes: { deleted_at: deleted.deleted_at },
});

export const architectureNode = ({ framework, ...architecture }: Versioned & { framework: string }): NodeFact =>
  versioned(NodeType.Architecture, architecture, { framework });

export const featureViewNode = (view: Versioned): NodeFact => versioned(NodeType.FeatureView, view);

export const datasetNode = (dataset: Versioned, attributes?: Attributes): NodeFact =>
  versioned(NodeType.Dataset, dataset, attributes);

export const modelVersionNode = (model: Versioned, attributes?: Attributes): NodeFact =>
  versioned(NodeType.ModelVersion, model, attributes);

export const outputUrlNode = ({ uri, type }: RunOutput): NodeFact => ({
  ...keyOf(NodeType.OutputUrl, uri),
  attributes: { output: type },
});

export const edge = (from: NodeKey, relation: Relation, to: NodeKey): EdgeFact => ({
  from: keyOf(from.type, from.id),
  to: keyOf(to.type, to.id),
  relation,
});

function versioned(type: NodeType, { id, name, version }: Versioned, attributes?: Attributes): NodeFact {
  return { type, id, name, version, ...(attributes && { attributes }) };
}
