import { Injectable } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { describeEdge, describeNode, type LineageEdge, type LineageNode } from './describe.ts';
import { nodeRef, type EdgeFact, type NodeFact, type NodeKey, type Origin } from './domain/graph.ts';
import { mergeEdges, mergeNodes } from './domain/merge-facts.ts';
import { NodeType } from './domain/vocabulary.ts';
import type { Walk } from './domain/walk.ts';
import { GraphRepository } from './graph.repository.ts';
import { walk } from './traversal.ts';

export interface Subgraph {
  node: LineageNode;
  /** The nearest first; `node` is the first. */
  nodes: LineageNode[];
  edges: LineageEdge[];
  truncated: boolean;
}

@Injectable()
export class GraphService {
  readonly #repository: GraphRepository;

  constructor(repository: GraphRepository) {
    this.#repository = repository;
  }

  /** Adds facts to the project's graph; nothing is ever removed. */
  async add(tx: Tx, origin: Origin, nodes: NodeFact[], edges: EdgeFact[]): Promise<void> {
    await this.#repository.addNodes(tx, origin, mergeNodes(nodes));
    await this.#repository.addEdges(tx, origin, mergeEdges(edges));
  }

  async moveAlias(tx: Tx, event: EventOf<'model.alias-moved'>): Promise<void> {
    await this.#repository.moveAlias(tx, event);
  }

  /** What a walk reaches, with all edges between. Undefined when the project has no such node. */
  async around(tx: Tx, options: Walk): Promise<Subgraph | undefined> {
    const { projectId, start } = options;
    const [node] = await this.#describe(tx, projectId, [start]);
    if (!node) return undefined;
    const { keys, truncated } = await walk(tx, options);
    const nodes = await this.#describe(tx, projectId, keys);
    const edges = await this.#repository.edgesAmong(tx, projectId, keys);
    return { node, nodes, edges: edges.map(describeEdge), truncated };
  }

  async #describe(tx: Tx, projectId: string, keys: NodeKey[]): Promise<LineageNode[]> {
    const stored = await this.#repository.nodes(tx, projectId, keys);
    const models = stored.filter(({ type }) => type === NodeType.ModelVersion).map(({ id }) => id);
    const aliases = models.length > 0 ? await this.#repository.aliasesOf(tx, projectId, models) : [];
    const described = new Map(stored.map((node) => [nodeRef(node), describeNode(node, aliases)]));
    return keys.map((key) => described.get(nodeRef(key))).filter((node) => node !== undefined);
  }
}
