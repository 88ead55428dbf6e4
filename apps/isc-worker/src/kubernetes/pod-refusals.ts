import { Logger } from '@nestjs/common';
import type { CoreV1Event, V1Job } from '@kubernetes/client-node';
import { KubernetesRefusal, type ClusterClient } from './cluster-client.ts';

/** Until then a Job just has no pod yet. */
const pendingMs = 3_000;
/** A quota may keep the pods of many Jobs out: they are asked for together, and this often. */
const freshMs = 5_000;

/** Why Jobs have no pods. Their controller writes it into events, and nowhere else. */
export class PodRefusals {
  readonly #client: ClusterClient;
  readonly #logger = new Logger('PodRefusals');
  /** By namespace: what was said last of each Job there, by its uid. */
  readonly #known = new Map<string, Promise<Map<string, string>>>();

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /** What the API server said to the pod of a Job that should have one by now; null when it said nothing. */
  async of({ metadata }: V1Job, now = new Date()): Promise<string | null> {
    const { uid = '', namespace = '', creationTimestamp } = metadata ?? {};
    if (creationTimestamp && now.getTime() - new Date(creationTimestamp).getTime() < pendingMs) return null;
    return (await this.#in(namespace)).get(uid) ?? null;
  }

  #in(namespace: string): Promise<Map<string, string>> {
    const known = this.#known.get(namespace);
    if (known) return known;
    const asked = this.#ask(namespace);
    this.#known.set(namespace, asked);
    setTimeout(() => this.#known.delete(namespace), freshMs).unref();
    return asked;
  }

  async #ask(namespace: string): Promise<Map<string, string>> {
    try {
      const selector = { fields: 'reason=FailedCreate,involvedObject.kind=Job' };
      const { items } = await this.#client.list('v1', 'Event', selector, namespace);
      const events = (items as CoreV1Event[]).toSorted((one, other) => saidAt(one) - saidAt(other));
      return new Map(events.map(({ involvedObject, message }) => [involvedObject.uid ?? '', plain(message ?? '')]));
    } catch (error) {
      // The right came later than the others: without it nothing is worse than that it is not told.
      if (!(error instanceof KubernetesRefusal)) throw error;
      this.#logger.warn({ msg: 'cannot see why Jobs have no pods', namespace, err: error });
      return new Map();
    }
  }
}

/** Without what the controller, and who counts repetitions, put before it. */
const plain = (message: string) => message.replace(/^.*?Error creating: /s, '');

function saidAt({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
