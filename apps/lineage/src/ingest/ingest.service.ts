import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { Inbox, PermanentError } from '@griffin/messaging';
import { GraphService } from '../graph/graph.service.ts';
import { NodeType } from '../graph/domain/vocabulary.ts';
import { derive, type Derivation, type LineageEvent } from './domain/derive.ts';
import { IngestRepository, type AsOf } from './ingest.repository.ts';

export type { AsOf };

/** A URL is part of an index, whose entries PostgreSQL limits to 2,704 bytes. */
const maxUrlBytes = 2000;

@Injectable()
export class IngestService {
  readonly #database: Database;
  readonly #inbox: Inbox;
  readonly #graph: GraphService;
  readonly #repository: IngestRepository;

  constructor(database: Database, inbox: Inbox, graph: GraphService, repository: IngestRepository) {
    this.#database = database;
    this.#inbox = inbox;
    this.#graph = graph;
    this.#repository = repository;
  }

  /**
   * Adds what the event says to the graph, once. In any order and any repetition the same events make the same graph: a
   * stale snapshot still adds its nodes and edges, it only describes nothing that a newer one has described.
   */
  async ingest(event: LineageEvent): Promise<void> {
    const derivation = derive(event);
    refuseLongUrls(derivation);
    await this.#database.grouped('event.ingest', event.subject, async (tx) => {
      await this.#repository.takeTurn(tx);
      await this.#inbox.once(tx, event, () => this.#apply(tx, event, derivation));
    });
  }

  /** The newest event of the project that the graph holds; null before the first one. */
  async asOf(tx: Tx, projectId: string): Promise<AsOf | null> {
    return this.#repository.asOf(tx, projectId);
  }

  async isIngested(tx: Tx, projectId: string, eventId: string): Promise<boolean> {
    return this.#repository.isIngested(tx, projectId, eventId);
  }

  async #apply(tx: Tx, event: LineageEvent, { nodes, edges, validFrom }: Derivation): Promise<void> {
    const isNewest = await this.#repository.advance(tx, event);
    const origin = { projectId: event.projectid, validFrom, describedBy: isNewest ? event.type : undefined };
    await this.#graph.add(tx, origin, nodes, edges);
    if (event.type === 'model.alias-moved') await this.#graph.moveAlias(tx, event);
    await this.#repository.recordIngested(tx, event);
  }
}

function refuseLongUrls({ nodes }: Derivation): void {
  const long = nodes.find(({ type, id }) => type === NodeType.OutputUrl && Buffer.byteLength(id) > maxUrlBytes);
  if (long) throw new PermanentError('output_url_too_long', `An output's URL is longer than ${maxUrlBytes} bytes.`);
}
