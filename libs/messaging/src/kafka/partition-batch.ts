import { committing } from '@griffin/faults';
import { Logger } from '@nestjs/common';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { BusMessage } from '../bus-message.ts';
import { settledOf, waves } from '../delivery/waves.ts';

/** Delivers until the message is settled; false when `signal` ended that first. */
type Deliver = (message: BusMessage, signal: AbortSignal) => Promise<boolean>;

/**
 * The messages fetched from one partition, delivered in waves while the partition is paused: kafkajs goes on to fetch the
 * other partitions and to send heartbeats, so that none waits for this one. An offset is resolved, and later committed,
 * only when all messages up to it are settled; the partition then goes on behind the last one.
 */
export class PartitionBatch {
  /** Never rejects. */
  readonly done: Promise<void>;
  readonly #payload: EachBatchPayload;
  readonly #deliver: Deliver;
  readonly #revoked = new AbortController();
  readonly #ending: AbortSignal;
  readonly #logger = new Logger(PartitionBatch.name);

  /** `earlier` is what may still be delivering from this partition; `stopping` ends it between two waves. */
  constructor(payload: EachBatchPayload, earlier: Promise<void>, deliver: Deliver, stopping: AbortSignal) {
    this.#payload = payload;
    this.#deliver = deliver;
    this.#ending = AbortSignal.any([this.#revoked.signal, stopping]);
    const resume = payload.pause();
    this.done = earlier.then(() => this.#deliverAll()).finally(resume);
  }

  /** The partition may be another consumer's now: ends between two waves, and resolves nothing any more. */
  revoke(): void {
    this.#revoked.abort();
  }

  async #deliverAll(): Promise<void> {
    for (const wave of waves(this.#payload.batch.messages, keyOf)) {
      if (!(await this.#settle(wave))) break;
      await this.#commit();
    }
    await this.#commit({ now: true });
  }

  /** False when not all of the wave could be settled: the partition goes on at the first that is not. */
  async #settle(wave: KafkaMessage[]): Promise<boolean> {
    const { topic } = this.#payload.batch;
    const settled = await settledOf(wave, (message) =>
      this.#deliver({ topic, key: keyOf(message), value: message.value }, this.#ending),
    );
    const last = settled.at(-1);
    if (this.#revoked.signal.aborted || !last) return false;
    this.#payload.resolveOffset(last.offset);
    return settled.length === wave.length;
  }

  /** A failed commit costs a repetition at most: the next one includes it. */
  async #commit({ now = false } = {}): Promise<void> {
    if (this.#revoked.signal.aborted) return;
    const payload = this.#payload;
    try {
      await committing('event.acknowledge', () =>
        payload.commitOffsetsIfNecessary(now ? payload.uncommittedOffsets() : undefined),
      );
    } catch (error) {
      const { topic, partition } = payload.batch;
      this.#logger.warn({ msg: 'Offsets are not committed yet', topic, partition, err: error });
    }
  }
}

const keyOf = ({ key }: KafkaMessage) => key?.toString() ?? null;
