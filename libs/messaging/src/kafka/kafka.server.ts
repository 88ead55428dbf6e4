import { ServerKafka } from '@nestjs/microservices';
import { logLevel, type Consumer, type ConsumerRunConfig, type EachBatchPayload } from 'kafkajs';
import { replayTopic, type DeadLetter, type ServiceName } from '@griffin/contracts';
import { letterMessage } from '../delivery/dead-letter.ts';
import { EventDelivery } from '../delivery/event-delivery.ts';
import type { MessagingMetrics } from '../messaging-metrics.ts';
import { ensureTopics } from './ensure-topics.ts';
import { briefRetry } from './kafka-client.ts';
import { keepRunning } from './keep-running.ts';
import { OrderedProducer } from './ordered-producer.ts';
import { PartitionBatch } from './partition-batch.ts';

export interface KafkaServerOptions {
  service: ServiceName;
  brokers: string[];
  metrics: MessagingMetrics;
}

/** How long a fetch waits for messages; also the longest that a partition waits for its next fetch when it is resumed. */
const maxWaitTimeInMs = 100;
const commitIntervalMs = 1_000;

/**
 * After how much silence a consumer counts as dead, and its successor gets its partitions. Short, as heartbeats do not
 * wait for handlers.
 */
const membership = { sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 2_000 };

/** Nest's Kafka transport, but for how it treats failures: a message that fails never ends the consumer nor is lost. */
export class KafkaServer extends ServerKafka {
  readonly #service: ServiceName;
  readonly #brokers: string[];
  readonly #delivery: EventDelivery;
  readonly #letters: OrderedProducer;
  readonly #stopping = new AbortController();
  readonly #batches = new Map<string, PartitionBatch>();
  #burying: Promise<void> = Promise.resolve();

  constructor({ service, brokers, metrics }: KafkaServerOptions) {
    super({
      client: { clientId: service, brokers, logLevel: logLevel.WARN, retry: briefRetry },
      consumer: { groupId: service, maxWaitTimeInMs, ...membership },
      postfixId: '',
    });
    this.#service = service;
    this.#brokers = brokers;
    this.#letters = new OrderedProducer(`${service}-dead-letters`, brokers);
    this.#delivery = new EventDelivery({ service, metrics, handlerOf: (type) => this.getHandlerByPattern(type) });
  }

  /** Nest's would also open a producer for replies, and events have none. */
  override async start(callback: () => void): Promise<void> {
    if (!this.client) throw new Error('start() is for listen() to call.');
    await ensureTopics(this.#brokers);
    const consumer = this.client.consumer({ ...this.options.consumer, groupId: this.groupId });
    this.consumer = consumer;
    this.registerConsumerEventListeners();
    consumer.on('consumer.group_join', () => this.#revokeAll());
    await consumer.connect();
    await this.bindEvents(consumer);
    callback();
  }

  override async bindEvents(consumer: Consumer): Promise<void> {
    const topics = [...this.messageHandlers.keys(), replayTopic(this.#service)];
    await consumer.subscribe({ topics, fromBeginning: true });
    const config: ConsumerRunConfig = {
      autoCommitInterval: commitIntervalMs,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => this.#take(payload),
    };
    await keepRunning(consumer, config, this.#stopping.signal);
  }

  /** Resolves when the handlers in progress have returned, their offsets are committed and the group is left. */
  override async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#batches.values()].map(({ done }) => done));
    await super.close();
    await this.#letters.close();
  }

  #take(payload: EachBatchPayload): void {
    if (this.#stopping.signal.aborted) return;
    const { topic, partition } = payload.batch;
    const place = `${topic}/${partition}`;
    const earlier = this.#batches.get(place)?.done ?? Promise.resolve();
    const batch = new PartitionBatch(
      payload,
      earlier,
      (message, signal) => this.#delivery.deliver(message, (letter) => this.#bury(letter), signal),
      this.#stopping.signal,
    );
    this.#batches.set(place, batch);
  }

  /** Partitions share the producer of letters, which takes one message at a time. */
  async #bury(letter: DeadLetter): Promise<void> {
    const buried = this.#burying.then(() => this.#letters.send([letterMessage(letter)]));
    this.#burying = buried.catch(() => undefined);
    await buried;
  }

  #revokeAll(): void {
    for (const batch of this.#batches.values()) batch.revoke();
  }
}
