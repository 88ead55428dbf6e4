/**
 * Where one is in a container's log: after `bytes` of what was written since the second `since`, both as the container's
 * log tells the time. Kubernetes can be asked for a log from a second on; the rest is counted. `since` is null at the start.
 */
export interface LogPosition {
  since: number | null;
  bytes: number;
}

export const logStart: LogPosition = { since: null, bytes: 0 };

/** RFC 3339 with nanoseconds and a time zone, and some to spare. */
const maxStampLength = 64;

const [space, lineEnd] = [0x20, 0x0a];

/**
 * Reads a log as Kubernetes gives it with timestamps: gives back what the container wrote, and knows where it is. Begun at
 * a position, on the log since its second, it leaves out what lies before. Lines may be of any length: none is held.
 */
export class TimedLines {
  #position: LogPosition;
  #toSkip: number;
  /** Of the line that is being read; null while its timestamp is. */
  #second: number | null = null;
  #stamp = '';

  constructor(from: LogPosition) {
    this.#position = from;
    this.#toSkip = from.bytes;
  }

  get position(): LogPosition {
    return this.#position;
  }

  /** What the container wrote in the next bytes of the answer. */
  read(bytes: Buffer): Buffer {
    const written: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#second === null) {
        at += this.#readStamp(bytes.subarray(at));
        continue;
      }
      const end = bytes.indexOf(lineEnd, at);
      const next = end === -1 ? bytes.length : end + 1;
      written.push(this.#take(bytes.subarray(at, next), this.#second));
      if (end !== -1) this.#second = null;
      at = next;
    }
    return Buffer.concat(written);
  }

  /** How many bytes it took. What has no timestamp is Kubernetes' own word on the log, and no line of it. */
  #readStamp(bytes: Buffer): number {
    const end = bytes.findIndex((byte) => byte === space || byte === lineEnd);
    const taken = end === -1 ? bytes.length : end + 1;
    this.#stamp = (this.#stamp + bytes.toString('latin1', 0, end === -1 ? taken : end)).slice(0, maxStampLength);
    if (end === -1) return taken;
    if (bytes[end] === space) this.#second = Math.floor(Date.parse(this.#stamp) / 1_000);
    this.#stamp = '';
    return taken;
  }

  /** Output and errors are written side by side: what is of an earlier second will not be told again, nor is counted. */
  #take(part: Buffer, second: number): Buffer {
    if (Number.isNaN(second)) return part.subarray(part.length);
    const { since } = this.#position;
    if (since === null || second > since) {
      this.#position = { since: second, bytes: 0 };
      this.#toSkip = 0;
    }
    const skipped = Math.min(this.#toSkip, part.length);
    this.#toSkip -= skipped;
    const written = part.subarray(skipped);
    if (second === this.#position.since) this.#advance(written.length);
    return written;
  }

  #advance(count: number): void {
    this.#position = { since: this.#position.since, bytes: this.#position.bytes + count };
  }
}
