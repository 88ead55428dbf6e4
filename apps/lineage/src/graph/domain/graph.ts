import type { NodeType, Relation } from './vocabulary.ts';

export interface NodeKey {
  type: NodeType;
  id: string;
}

/** What one event says of one node. `name` and `version` never change; `attributes` are the event's view of it. */
export interface NodeFact extends NodeKey {
  name?: string;
  version?: number;
  attributes?: Record<string, unknown>;
}

export interface EdgeFact {
  from: NodeKey;
  to: NodeKey;
  relation: Relation;
}

/** `<type>:<id>`: how a node is named in the API. */
export function nodeRef({ type, id }: NodeKey): string {
  return `${type}:${id}`;
}

/** Where facts come from. */
export interface Origin {
  projectId: string;
  validFrom: string;
  /** The event type whose view of the nodes their attributes are; undefined for a stale event, whose view is not kept. */
  describedBy: string | undefined;
}
