import type { Reason } from '@griffin/contracts';
import { Remembered } from '@griffin/platform';
import type { V1Pod } from '@kubernetes/client-node';
import { attemptKey, type AttemptRef } from '../backend/attempt.ts';
import { attemptOf } from '../manifests/names.ts';
import { casualtyOf } from './observe/pod-trouble.ts';

const most = 10_000;

/** What befell the pods of attempts. A pod that is replaced takes with it what it could have told. */
export class Casualties {
  readonly #first = new Remembered<Reason>(most);

  note(pod: V1Pod): void {
    const ref = attemptOf(pod.metadata?.labels);
    const reason = ref && casualtyOf(pod);
    if (!reason || this.of(ref)) return;
    this.#first.set(attemptKey(ref), reason);
  }

  /** The first thing that befell one: what came after it may have followed from it. */
  of(ref: AttemptRef): Reason | null {
    return this.#first.get(attemptKey(ref)) ?? null;
  }
}
