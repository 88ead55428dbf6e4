import { artifactLayout } from '@griffin/contracts';
import type { ArtifactStore } from '@griffin/platform';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { logStart, type LogPosition } from './timed-lines.ts';

/** Of which attempt, and below which root its artifacts are. */
export interface LogPlace {
  root: string;
  attempt: number;
}

/** The stream of what the run's own process wrote: where api looks first. */
const stream = 'driver';

const Progress = Type.Object({
  /** Where the next chunk begins, as far as it was noted: there may be chunks after it. */
  offset: Type.Integer({ minimum: 0 }),
  since: Type.Union([Type.Integer(), Type.Null()]),
  bytes: Type.Integer({ minimum: 0 }),
  complete: Type.Boolean(),
});
type Progress = Static<typeof Progress>;

/**
 * A container's log in the artifact store, in chunks as the runtimes write them. How far it came is noted after each chunk;
 * a chunk that was put and not noted is found by its name. So whoever opens it goes on without a gap and without a twin.
 */
export class StoredLog {
  readonly #store: ArtifactStore;
  readonly #place: LogPlace;
  readonly #from: LogPosition;
  /** What of the log, from there on, is stored already. */
  #ahead: number;
  #offset: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  readonly isComplete: boolean;

  private constructor(
    store: ArtifactStore,
    place: LogPlace,
    { offset, since, bytes, complete }: Progress,
    ahead: number,
  ) {
    this.#store = store;
    this.#place = place;
    this.#from = { since, bytes };
    this.#ahead = ahead;
    this.#offset = offset + ahead;
    this.isComplete = complete;
  }

  /** Throws `ArtifactStoreUnavailable`, as all of it does. */
  static async open(store: ArtifactStore, place: LogPlace): Promise<StoredLog> {
    const noted = await progressOf(store, place);
    const progress = noted ?? { ...logStart, offset: 0, complete: false };
    if (!noted) await note(store, place, progress);
    return new StoredLog(store, place, progress, await storedFrom(store, place, progress.offset));
  }

  /** Where in the container's log to go on. */
  get from(): LogPosition {
    return this.#from;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Takes what follows in the log, to be put with the next chunk. */
  take(written: Buffer): void {
    const known = Math.min(this.#ahead, written.length);
    this.#ahead -= known;
    if (known === written.length) return;
    this.#pending.push(written.subarray(known));
    this.#pendingBytes += written.length - known;
  }

  /** Puts what was taken as a chunk. `position` is where in the container's log all that was taken ends. */
  async put(position: LogPosition): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const { root, attempt } = this.#place;
    await this.#store.put(artifactLayout.logChunk(root, attempt, stream, this.#offset), Buffer.concat(this.#pending));
    this.#offset += this.#pendingBytes;
    [this.#pending, this.#pendingBytes] = [[], 0];
    await this.#note(position, false);
  }

  /** There is no more to come. */
  async close(position: LogPosition): Promise<void> {
    await this.put(position);
    await this.#note(position, true);
  }

  async #note(position: LogPosition, complete: boolean): Promise<void> {
    await note(this.#store, this.#place, { ...position, offset: this.#offset, complete });
  }
}

/** Whether all of the log is stored; null when nobody began to store it. */
export async function isLogComplete(store: ArtifactStore, place: LogPlace): Promise<boolean | null> {
  return (await progressOf(store, place))?.complete ?? null;
}

async function progressOf(store: ArtifactStore, { root, attempt }: LogPlace): Promise<Progress | null> {
  const bytes = await store.read(artifactLayout.logPosition(root, attempt));
  return bytes ? Value.Parse(Progress, JSON.parse(bytes.toString('utf8'))) : null;
}

async function note(store: ArtifactStore, { root, attempt }: LogPlace, progress: Progress): Promise<void> {
  await store.put(artifactLayout.logPosition(root, attempt), Buffer.from(JSON.stringify(progress)));
}

async function storedFrom(store: ArtifactStore, { root, attempt }: LogPlace, offset: number): Promise<number> {
  for (let stored = 0; ;) {
    const chunk = await store.stat(artifactLayout.logChunk(root, attempt, stream, offset + stored));
    if (!chunk || chunk.size === 0) return stored;
    stored += chunk.size;
  }
}
