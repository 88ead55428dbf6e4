import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 100;
const capMs = 10_000;

/** How long to wait after the `failures`-th failure in a row: doubling up to ten seconds, less a random part of up to half. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return full * (1 - random() / 2);
}

/** Waits, or returns at once when `signal` is or becomes aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
