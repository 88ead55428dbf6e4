import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import { DeadlineExceededError, LongPoll, NotFoundError } from '@griffin/platform';
import type { NodeKey } from '../graph/domain/graph.ts';
import { GraphService, type Subgraph } from '../graph/graph.service.ts';
import type { Direction } from '../graph/domain/walk.ts';
import { IngestService, type AsOf } from '../ingest/ingest.service.ts';

export interface LineageQuery {
  projectId: string;
  start: NodeKey;
  direction: Direction;
  depth: number;
  waitFor: string | undefined;
}

export interface LineageAnswer extends Subgraph {
  as_of: AsOf | null;
}

const maxNodes = 1000;
const maxWaitSeconds = 25;

@Injectable()
export class QueryService {
  readonly #database: Database;
  readonly #graph: GraphService;
  readonly #ingest: IngestService;
  readonly #longPoll: LongPoll;

  constructor(database: Database, graph: GraphService, ingest: IngestService, longPoll: LongPoll) {
    this.#database = database;
    this.#graph = graph;
    this.#ingest = ingest;
    this.#longPoll = longPoll;
  }

  /**
   * The lineage of one node, as of one moment. With `waitFor`, of a moment when that event is part of it; refuses with
   * `event_not_ingested` when that does not come in 25 seconds.
   */
  async lineage({ projectId, start, direction, depth, waitFor }: LineageQuery): Promise<LineageAnswer> {
    if (waitFor !== undefined) await this.#ingested(projectId, waitFor);
    return this.#database.snapshot(async (tx) => {
      const subgraph = await this.#graph.around(tx, { projectId, start, direction, depth, maxNodes });
      if (!subgraph) throw new NotFoundError('node_not_found', `Lineage knows no ${start.type} ${start.id}.`);
      return { ...subgraph, as_of: await this.#ingest.asOf(tx, projectId) };
    });
  }

  async #ingested(projectId: string, eventId: string): Promise<void> {
    const probe = async () =>
      (await this.#ingest.isIngested(this.#database.manager, projectId, eventId)) ? true : undefined;
    if (await this.#longPoll.until(probe, maxWaitSeconds)) return;
    const message = `The event ${eventId} is not part of the lineage yet, or is not one that lineage is made of.`;
    throw new DeadlineExceededError('event_not_ingested', message, { retryAfterSeconds: 5 });
  }
}
