import { Injectable } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { prepared, type Tx } from '@griffin/database';
import type { EdgeFact, NodeFact, NodeKey, Origin } from './domain/graph.ts';
import type { NodeType, Relation } from './domain/vocabulary.ts';

export interface StoredNode extends NodeKey {
  name: string | null;
  version: number | null;
  /** By event type, what the newest event of the type says. */
  views: Record<string, Record<string, unknown>>;
  valid_from: Date;
}

export interface StoredEdge {
  from_type: NodeType;
  from_id: string;
  to_type: NodeType;
  to_id: string;
  relation: Relation;
  valid_from: Date;
}

export interface StoredAlias {
  model_version_id: string;
  alias: string;
}

/** The graph's rows. Every write only adds, fills a gap, or makes `valid_from` earlier, whatever the order of the writes. */
@Injectable()
export class GraphRepository {
  async addNodes(tx: Tx, { projectId, validFrom, describedBy }: Origin, facts: NodeFact[]): Promise<void> {
    const rows = facts.map(({ attributes, ...fact }) => ({
      ...fact,
      views: describedBy !== undefined && attributes ? { [describedBy]: attributes } : {},
    }));
    await prepared(
      tx,
      `INSERT INTO node (project_id, type, id, name, version, views, valid_from)
       SELECT $1, type, id, name, version, views, $3
       FROM jsonb_to_recordset($2::jsonb) AS fact (type text, id text, name text, version int, views jsonb)
       ON CONFLICT (project_id, type, id) DO UPDATE SET
         name = coalesce(node.name, excluded.name),
         version = coalesce(node.version, excluded.version),
         views = node.views || excluded.views,
         valid_from = least(node.valid_from, excluded.valid_from)`,
      [projectId, JSON.stringify(rows), validFrom],
    );
  }

  async addEdges(tx: Tx, { projectId, validFrom }: Origin, facts: EdgeFact[]): Promise<void> {
    const rows = facts.map(({ from, to, relation }) => ({
      from_type: from.type,
      from_id: from.id,
      to_type: to.type,
      to_id: to.id,
      relation,
    }));
    await prepared(
      tx,
      `INSERT INTO edge (project_id, from_type, from_id, to_type, to_id, relation, valid_from)
       SELECT $1, from_type, from_id, to_type, to_id, relation, $3
       FROM jsonb_to_recordset($2::jsonb)
         AS fact (from_type text, from_id text, to_type text, to_id text, relation text)
       ON CONFLICT (project_id, from_type, from_id, to_type, to_id, relation)
         DO UPDATE SET valid_from = least(edge.valid_from, excluded.valid_from)`,
      [projectId, JSON.stringify(rows), validFrom],
    );
  }

  /** The alias points where the newest of its events says: that with the highest revision, then event id. */
  async moveAlias(tx: Tx, { id, projectid, revision, data }: EventOf<'model.alias-moved'>): Promise<void> {
    await tx.query(
      `INSERT INTO alias (project_id, model_id, alias, model_version_id, revision, event_id)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (project_id, model_id, alias) DO UPDATE SET
         model_version_id = excluded.model_version_id, revision = excluded.revision, event_id = excluded.event_id
       WHERE (excluded.revision, excluded.event_id) > (alias.revision, alias.event_id)`,
      [projectid, data.model_id, data.alias, data.model_version_id, revision, id],
    );
  }

  async nodes(tx: Tx, projectId: string, keys: NodeKey[]): Promise<StoredNode[]> {
    return tx.query(
      `SELECT type, id, name, version, views, valid_from FROM node
       JOIN unnest($2::text[], $3::text[]) AS wanted (type, id) USING (type, id)
       WHERE project_id = $1`,
      [projectId, ...columns(keys)],
    );
  }

  /** The edges that have both ends among `keys`. */
  async edgesAmong(tx: Tx, projectId: string, keys: NodeKey[]): Promise<StoredEdge[]> {
    return tx.query(
      `WITH wanted (type, id) AS (SELECT * FROM unnest($2::text[], $3::text[]))
       SELECT from_type, from_id, to_type, to_id, relation, valid_from FROM edge
       WHERE project_id = $1
         AND (from_type, from_id) IN (SELECT type, id FROM wanted)
         AND (to_type, to_id) IN (SELECT type, id FROM wanted)
       ORDER BY from_type, from_id, to_type, to_id, relation`,
      [projectId, ...columns(keys)],
    );
  }

  async aliasesOf(tx: Tx, projectId: string, modelVersionIds: string[]): Promise<StoredAlias[]> {
    return tx.query(
      `SELECT model_version_id, alias FROM alias
       WHERE project_id = $1 AND model_version_id = ANY ($2::uuid[]) ORDER BY alias`,
      [projectId, modelVersionIds],
    );
  }
}

function columns(keys: NodeKey[]): [types: string[], ids: string[]] {
  return [keys.map(({ type }) => type), keys.map(({ id }) => id)];
}
