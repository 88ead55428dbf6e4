import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ArtifactStore } from '@griffin/platform';
import { StoredLog, type LogPlace } from './stored-log.ts';
import { TimedLines } from './timed-lines.ts';

/** A container, as far as its log goes. */
export interface LogSource {
  /** Its log since a second, with timestamps; with `follow` until the container ends. Empty when it is gone. */
  read(since: number | null, follow: boolean, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Whether it writes no more. */
  isOver(): boolean;
  /** Whether there is nothing left of it. */
  isGone(): boolean;
}

const chunkBytes = 256 * 1024;
/** How long what was written waits for more. */
const chunkMs = 2_000;
const [againMs, afterFailureMs] = [250, 1_000];
/** How long the store is waited for once the container is gone, and its log with it. */
const patienceMs = 30_000;

/**
 * Stores a container's log while it grows, until all of it is stored or `signal` aborts. What fails is begun anew from what
 * is stored. Holds one chunk: while the store is away nothing more is read, and the container's node keeps the log.
 */
export async function followLog(
  store: ArtifactStore,
  place: LogPlace,
  source: LogSource,
  signal: AbortSignal,
): Promise<void> {
  let [goneAt, failures] = [Infinity, 0];
  while (!signal.aborted && Date.now() - goneAt < patienceMs) {
    try {
      if (await storeUntilItEnds(store, place, source, signal)) return;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!signal.aborted && failures === 1) logger.warn({ msg: 'the log of a container waits', ...place, err: error });
    }
    if (source.isGone()) goneAt = Math.min(goneAt, Date.now());
    await delay(failures > 0 ? afterFailureMs : againMs, undefined, { signal }).catch(() => undefined);
  }
}

const logger = new Logger('Logs');

/** True once all of it is stored: it was over before it was read to its end. */
async function storeUntilItEnds(
  store: ArtifactStore,
  place: LogPlace,
  source: LogSource,
  signal: AbortSignal,
): Promise<boolean> {
  const log = await StoredLog.open(store, place);
  if (log.isComplete) return true;
  const over = source.isOver();
  const lines = new TimedLines(log.from);
  const reading = new AbortController();
  try {
    const parts = source.read(log.from.since, !over, AbortSignal.any([signal, reading.signal]));
    await copy(parts[Symbol.asyncIterator](), lines, log);
  } finally {
    reading.abort();
  }
  if (over) await log.close(lines.position);
  return over;
}

async function copy(parts: AsyncIterator<Buffer>, lines: TimedLines, log: StoredLog): Promise<void> {
  let [next, due] = [parts.next(), Infinity];
  for (;;) {
    next.catch(() => undefined);
    const part = await within(due - Date.now(), next);
    if (part?.done) break;
    if (part) {
      log.take(lines.read(part.value));
      next = parts.next();
    }
    if (!part || log.pendingBytes >= chunkBytes) await log.put(lines.position);
    due = log.pendingBytes === 0 ? Infinity : Math.min(due, Date.now() + chunkMs);
  }
  await log.put(lines.position);
}

/** What `work` gives, or undefined when it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  if (ms === Infinity) return work;
  const timer = new AbortController();
  const late = delay(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
