import { Injectable } from '@nestjs/common';

/** Wakes the reconciler before its next look is due. A ring that nobody waits for yet is not lost. */
@Injectable()
export class Alarm {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  ringIn(ms: number): void {
    setTimeout(() => this.ring(), ms).unref();
  }

  /** Resolves at the next ring, or after `ms`. For one waiter. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
