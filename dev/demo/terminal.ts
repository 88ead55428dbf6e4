import { setTimeout as sleep } from 'node:timers/promises';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const everyMilliseconds = 120;

/** What is going on right now, asked for each time it is shown. */
export type Activity = () => string;

/** One line per step; between them, what is going on: one line that changes on a terminal, else a line now and then. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #quietSeconds: number;
  readonly #started = Date.now();

  /** Where there is no terminal, what goes on is mentioned every `quietSeconds`. */
  constructor(out: NodeJS.WriteStream = process.stdout, quietSeconds = 15) {
    this.#out = out;
    this.#quietSeconds = quietSeconds;
  }

  /** A finished step: what was done, and where to look at it. */
  step(number: string, text: string, link?: string): void {
    this.line(`${this.#bold(number.padEnd(2))} ${text}${link === undefined ? '' : `  ${this.#dim(link)}`}`);
  }

  line(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
  }

  seconds(): number {
    return Math.round((Date.now() - this.#started) / 1000);
  }

  /** Shows `activity` for as long as `work` takes. */
  async during<T>(activity: Activity, work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const shown = this.#out.isTTY ? this.#animate(activity, over.signal) : this.#mention(activity, over.signal);
    try {
      return await work;
    } finally {
      over.abort();
      await shown;
      this.#erase();
    }
  }

  async #animate(activity: Activity, over: AbortSignal): Promise<void> {
    for (let frame = 0; !over.aborted; frame = (frame + 1) % spinner.length) {
      this.#erase();
      const line = `${spinner[frame]} ${activity()} (${this.seconds()} s)`;
      this.#out.write(line.slice(0, this.#out.columns - 1));
      await pause(everyMilliseconds, over);
    }
  }

  async #mention(activity: Activity, over: AbortSignal): Promise<void> {
    await pause(this.#quietSeconds * 1000, over);
    while (!over.aborted) {
      this.line(`   … ${activity()} (${this.seconds()} s)`);
      await pause(this.#quietSeconds * 1000, over);
    }
  }

  #erase(): void {
    if (this.#out.isTTY) this.#out.write('\r\u001B[2K');
  }

  #bold(text: string): string {
    return this.#out.isTTY ? `\u001B[1m${text}\u001B[22m` : text;
  }

  #dim(text: string): string {
    return this.#out.isTTY ? `\u001B[2m${text}\u001B[22m` : text;
  }
}

/** Waits, or until `over`, whichever comes first. */
async function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}
