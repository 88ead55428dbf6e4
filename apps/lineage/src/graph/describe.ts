import { nodeRef } from './domain/graph.ts';
import type { StoredAlias, StoredEdge, StoredNode } from './graph.repository.ts';
import { NodeType, type Relation } from './domain/vocabulary.ts';

/** A node as the API shows it. */
export interface LineageNode {
  type: NodeType;
  id: string;
  name: string | null;
  version: number | null;
  attributes: Record<string, unknown>;
  valid_from: string;
}

/** An edge as the API shows it; its ends are `<type>:<id>`. */
export interface LineageEdge {
  from: string;
  to: string;
  relation: Relation;
  valid_from: string;
}

/** Later ones know more: where two views name one attribute, the later one's holds. */
const viewsInOrder = [
  'workflow.requested',
  'run.completed',
  'dataset.materialized',
  'model.registered',
  'definition.deleted',
];

/** Merges the events' views of the node, and adds the aliases that point to it now if it is a model version. */
export function describeNode(stored: StoredNode, aliases: readonly StoredAlias[]): LineageNode {
  const { type, id, name, version, views, valid_from } = stored;
  const attributes = Object.assign({}, ...viewsInOrder.map((view) => views[view])) as Record<string, unknown>;
  if (type === NodeType.ModelVersion) {
    attributes['aliases'] = aliases.filter((alias) => alias.model_version_id === id).map(({ alias }) => alias);
  }
  return { type, id, name, version, attributes, valid_from: valid_from.toISOString() };
}

export function describeEdge({ relation, valid_from, ...ends }: StoredEdge): LineageEdge {
  return {
    from: nodeRef({ type: ends.from_type, id: ends.from_id }),
    to: nodeRef({ type: ends.to_type, id: ends.to_id }),
    relation,
    valid_from: valid_from.toISOString(),
  };
}
