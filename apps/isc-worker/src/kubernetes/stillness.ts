import { Remembered } from '@griffin/platform';
import { attemptKey, type AttemptRef } from '../backend/attempt.ts';
import type { Observation } from '../backend/observation.ts';

/** For longer than a controller takes from reading an object to making what belongs to it. */
export const stillForMs = 1_000;
const most = 10_000;

/**
 * A controller that reads its object just before that is to go makes one more pod of it just after. So an attempt may still
 * work until nothing of it did for a while.
 */
export class Stillness {
  readonly #since = new Remembered<number>(most);

  /** What is to be told of the attempt when this was seen of it, at a time in milliseconds. */
  awaited(attempt: AttemptRef, seen: Observation, nowMs: number): Observation {
    if (seen.kind !== 'ended') return seen;
    const key = attemptKey(attempt);
    const since = seen.left === 'work' ? nowMs : (this.#since.get(key) ?? nowMs);
    this.#since.set(key, since);
    return nowMs - since < stillForMs ? { ...seen, left: 'work' } : seen;
  }
}
