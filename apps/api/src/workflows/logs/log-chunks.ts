/** The parts of a name, each of which is safe in a key and in a URL, and none of which leads elsewhere. */
export const streamPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,4}$/;

/** A chunk of a log stream, as the runtime wrote it: it begins at the byte `offset` and never changes. */
export interface LogChunk {
  uri: string;
  offset: number;
  size: number;
}

interface StoredFile {
  uri: string;
  size: number;
}

const chunkPath = /^(?:(.+)\/)?(\d{20})\.log$/;

/** The chunks of the stream in `folder` in order, from what the store lists of it. Below it there may be other streams. */
export function chunksOf(folder: string, files: StoredFile[]): LogChunk[] {
  return files
    .flatMap(({ uri, size }) => {
      const [, deeper, offset] = chunkPath.exec(uri.slice(folder.length + 1)) ?? [];
      return offset === undefined || deeper !== undefined ? [] : [{ uri, size, offset: Number(offset) }];
    })
    .toSorted((one, other) => one.offset - other.offset);
}

/** The streams that there are chunks of in `folder`, by name. */
export function streamsOf(folder: string, files: StoredFile[]): string[] {
  const names = files.map(({ uri }) => chunkPath.exec(uri.slice(folder.length + 1))?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

/** Where the log ends so far. */
export function endOf(chunks: LogChunk[]): number {
  const last = chunks.at(-1);
  return last ? last.offset + last.size : 0;
}

/** The bytes of a chunk from `start` to `end` (not included), counted within the chunk. */
export interface LogPart {
  uri: string;
  start: number;
  end: number;
}

/**
 * Up to `limit` bytes of the log from the byte `from` on, as parts without a gap, and where they begin: later than
 * `from` when the chunk that held it was never stored.
 */
export function readFrom(chunks: LogChunk[], from: number, limit: number): { start: number; parts: LogPart[] } {
  const ahead = chunks.filter(({ offset, size }) => offset + size > from);
  const start = Math.max(from, ahead[0]?.offset ?? from);
  const parts: LogPart[] = [];
  let position = start;
  for (const { uri, offset, size } of ahead) {
    if (offset > position || position >= start + limit) break;
    const end = Math.min(size, start + limit - offset);
    parts.push({ uri, start: position - offset, end });
    position = offset + end;
  }
  return { start, parts };
}

/** How many bytes at the beginning of `bytes` end a character of UTF-8 that began before them. */
export function cutOn(bytes: Buffer): number {
  const begins = bytes.subarray(0, 3).findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return begins === -1 ? Math.min(3, bytes.length) : begins;
}

/** How many bytes at the end of `bytes` begin a character of UTF-8 that is cut off. */
export function cutOff(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The last `count` lines of a text; a line end at its very end begins no further line. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n');
  const closed = lines.at(-1) === '' ? 1 : 0;
  return lines.slice(-(count + closed)).join('\n');
}
