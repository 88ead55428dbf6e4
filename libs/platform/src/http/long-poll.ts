import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

const intervalMilliseconds = 200;

/** Holds a request until something is so. All waits end at once when the service shuts down. */
@Injectable()
export class LongPoll implements OnModuleDestroy {
  readonly #shutdown = new AbortController();

  /**
   * Asks `probe` until it gives a value, or `waitSeconds` are over (undefined then). Asks at least once, so zero
   * seconds is a plain look.
   */
  async until<T>(probe: () => Promise<T | undefined>, waitSeconds: number): Promise<T | undefined> {
    const deadline = performance.now() + waitSeconds * 1000;
    for (;;) {
      const found = await probe();
      const left = deadline - performance.now();
      if (found !== undefined || left <= 0 || this.#shutdown.signal.aborted) return found;
      await this.#pause(Math.min(left, intervalMilliseconds));
    }
  }

  onModuleDestroy(): void {
    this.#shutdown.abort();
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#shutdown.signal }).catch(ignoreAbort);
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
