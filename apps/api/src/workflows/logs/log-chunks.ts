/** A chunk of a log stream, as the runtime wrote it: it begins at the byte `offset` and never changes. */
export interface LogChunk {
  uri: string;
  offset: number;
  size: number;
}

const chunkName = /\/(\d{20})\.log$/;

/** The chunks of one stream in order, from what the store lists. */
export function chunksOf(files: { uri: string; size: number }[]): LogChunk[] {
  return files
    .flatMap(({ uri, size }) => {
      const offset = chunkName.exec(uri)?.[1];
      return offset === undefined ? [] : [{ uri, size, offset: Number(offset) }];
    })
    .toSorted((one, other) => one.offset - other.offset);
}

/** Where the log ends so far. */
export function endOf(chunks: LogChunk[]): number {
  const last = chunks.at(-1);
  return last ? last.offset + last.size : 0;
}

/** The parts of the chunks that hold the bytes from `from` to `until` (not included). */
export function partsBetween(chunks: LogChunk[], from: number, until: number) {
  return chunks
    .filter(({ offset, size }) => offset < until && offset + size > from)
    .map(({ uri, offset, size }) => ({ uri, start: Math.max(0, from - offset), end: Math.min(size, until - offset) }));
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
