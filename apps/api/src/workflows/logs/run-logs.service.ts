import { Inject, Injectable } from '@nestjs/common';
import { artifactLayout } from '@griffin/contracts';
import { decodeCursor, encodeCursor } from '@griffin/platform';
import Type, { type Static } from 'typebox';
import { artifactStore, type ArtifactStore } from '../../artifacts/artifact-store.ts';
import { RunQueries } from '../run-queries.service.ts';
import type { RunEntity } from '../run.entity.ts';
import { LogStreamUnknown } from '../workflow.errors.ts';
import {
  chunksOf,
  cutOff,
  cutOn,
  endOf,
  lastLines,
  readFrom,
  streamPattern,
  streamsOf,
  type LogChunk,
  type LogPart,
} from './log-chunks.ts';

export interface LogQuery {
  /** The newest attempt without it. */
  attempt?: number;
  stream?: string;
  cursor?: string;
  /** The last so many lines; then from there on by cursor. */
  tail?: number;
  /** Bytes. */
  limit: number;
}

export interface LogPage {
  attempt: number;
  stream: string;
  text: string;
  /** Where to read on; null once everything was read and nothing can follow. */
  next_cursor: string | null;
  complete: boolean;
}

export interface LogStreams {
  attempt: number;
  items: string[];
}

const Position = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  stream: Type.String({ pattern: streamPattern.source }),
  offset: Type.Integer({ minimum: 0 }),
});
type Position = Static<typeof Position>;

/** The stream of what the run's own process wrote. It is there from the start, though it be empty. */
const mainStream = 'driver';

/** Reads logs from the artifact store, where they stay when everything else of a run is gone. */
@Injectable()
export class RunLogs {
  constructor(
    private readonly queries: RunQueries,
    @Inject(artifactStore) private readonly store: ArtifactStore,
  ) {}

  async read(projectId: string, runId: string, query: LogQuery): Promise<LogPage> {
    const run = await this.queries.get(projectId, runId);
    const asked = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Position);
    const number = asked?.attempt ?? query.attempt ?? run.attempt;
    const stream = asked?.stream ?? query.stream ?? mainStream;
    // Asked before the listing: what is over by now has written all that the listing shows.
    const attempt = await this.queries.attempt(projectId, runId, number);
    const chunks = await this.chunks(run, number, stream);
    if (chunks.length === 0 && stream !== mainStream) await this.refuse(run, number, stream);
    const end = endOf(chunks);
    const from = asked?.offset ?? (query.tail === undefined ? 0 : Math.max(0, end - query.limit));
    const { start: offset, parts } = readFrom(chunks, from, query.limit);
    const bytes = await this.bytes(parts);
    const finalEnd = attempt.finishedAt === null ? undefined : end;
    return page({ attempt: number, stream, offset }, bytes, asked ? undefined : query.tail, finalEnd);
  }

  /** The names of an attempt's streams, as far as something was stored of them. */
  async streams(projectId: string, runId: string, attempt?: number): Promise<LogStreams> {
    const run = await this.queries.get(projectId, runId);
    const { number } = await this.queries.attempt(projectId, runId, attempt ?? run.attempt);
    return { attempt: number, items: await this.streamsOf(run, number) };
  }

  private async streamsOf(run: RunEntity, attempt: number): Promise<string[]> {
    const folder = artifactLayout.logs(run.spec.artifact_root, attempt);
    return streamsOf(folder, await this.store.list(folder));
  }

  private async refuse(run: RunEntity, attempt: number, stream: string): Promise<never> {
    throw new LogStreamUnknown(attempt, stream, await this.streamsOf(run, attempt));
  }

  private async chunks(run: RunEntity, attempt: number, stream: string): Promise<LogChunk[]> {
    const folder = artifactLayout.logStream(run.spec.artifact_root, attempt, stream);
    return chunksOf(folder, await this.store.list(folder));
  }

  private async bytes(parts: LogPart[]): Promise<Buffer> {
    const read = parts.map(async ({ uri, start, end }) => {
      const chunk = await this.store.read(uri);
      if (!chunk) throw new Error(`The log chunk ${uri} was listed and is gone`);
      return chunk.subarray(start, end);
    });
    return Buffer.concat(await Promise.all(read));
  }
}

/** `finalEnd` is where the log ends for good, when that is known. */
function page(at: Position, bytes: Buffer, tail: number | undefined, finalEnd: number | undefined): LogPage {
  const readTo = at.offset + bytes.length;
  const complete = finalEnd !== undefined && readTo >= finalEnd;
  const held = complete ? 0 : cutOff(bytes);
  const text = bytes.subarray(tail === undefined ? 0 : cutOn(bytes), bytes.length - held).toString('utf8');
  return {
    attempt: at.attempt,
    stream: at.stream,
    text: tail === undefined ? text : lastLines(text, tail),
    next_cursor: complete ? null : encodeCursor({ ...at, offset: readTo - held }),
    complete,
  };
}
