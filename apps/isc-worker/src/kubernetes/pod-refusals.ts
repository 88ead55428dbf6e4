import { Logger } from '@nestjs/common';
import type { CoreV1Event, V1Job } from '@kubernetes/client-node';
import type { AttemptRef } from '../backend/attempt.ts';
import { attemptOf } from '../manifests/names.ts';
import type { ClusterClient } from './cluster-client.ts';

const askEveryMs = 3_000;

/**
 * Why Jobs have no pods. Their controller writes it into events, and nowhere else: those are asked for as long as there
 * are such Jobs, for all of a namespace together.
 */
export class PodRefusals {
  readonly #client: ClusterClient;
  readonly #hasNoPod: (attempt: AttemptRef, uid: string) => boolean;
  readonly #changed: (attempt: AttemptRef) => void;
  readonly #logger = new Logger('PodRefusals');
  /** By uid, until they have a pod or are gone. */
  readonly #waiting = new Map<string, WaitingJob>();
  #asksLater = false;

  constructor(
    client: ClusterClient,
    hasNoPod: (attempt: AttemptRef, uid: string) => boolean,
    changed: (attempt: AttemptRef) => void,
  ) {
    this.#client = client;
    this.#hasNoPod = hasNoPod;
    this.#changed = changed;
  }

  /** What the API server said last to the pod of a Job that has none; null while nothing is known, which may change. */
  of({ metadata }: V1Job): string | null {
    const { uid = '', namespace = '', labels } = metadata ?? {};
    const known = this.#waiting.get(uid);
    if (known) return known.refusal;
    const attempt = attemptOf(labels);
    if (attempt) this.#waiting.set(uid, { attempt, namespace, refusal: null });
    if (!this.#asksLater) this.#askLater();
    return null;
  }

  #askLater(): void {
    this.#asksLater = true;
    setTimeout(() => void this.#ask(), askEveryMs).unref();
  }

  async #ask(): Promise<void> {
    for (const [uid, { attempt }] of this.#waiting) if (!this.#hasNoPod(attempt, uid)) this.#waiting.delete(uid);
    for (const namespace of new Set([...this.#waiting.values()].map((one) => one.namespace))) {
      try {
        await this.#askIn(namespace);
      } catch (error) {
        // Without the right to see events nothing is worse than that it is not told.
        this.#logger.warn({ msg: 'cannot see why Jobs have no pods', namespace, err: error });
      }
    }
    this.#asksLater = false;
    if (this.#waiting.size > 0) this.#askLater();
  }

  async #askIn(namespace: string): Promise<void> {
    const selector = { fields: 'reason=FailedCreate,involvedObject.kind=Job' };
    const { items } = await this.#client.list('v1', 'Event', selector, namespace);
    const events = (items as CoreV1Event[]).toSorted((one, other) => saidAt(one) - saidAt(other));
    const said = new Map(events.map(({ involvedObject, message }) => [involvedObject.uid, plain(message ?? '')]));
    for (const [uid, waiting] of this.#waiting) {
      const refusal = said.get(uid) ?? waiting.refusal;
      if (refusal === waiting.refusal) continue;
      waiting.refusal = refusal;
      this.#changed(waiting.attempt);
    }
  }
}

interface WaitingJob {
  attempt: AttemptRef;
  namespace: string;
  refusal: string | null;
}

/** Without what the controller, and who counts repetitions, put before it. */
const plain = (message: string) => message.replace(/^.*?Error creating: /s, '');

function saidAt({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
