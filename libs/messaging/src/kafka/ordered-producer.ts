import { Partitioners, type Message, type Producer, type TopicMessages } from 'kafkajs';
import type { OutgoingMessage } from '../bus-message.ts';
import { quietKafka } from './kafka-client.ts';

const everyReplica = -1;

/** An idempotent producer that keeps the order of each topic and key, also over a failure. Connects when first used. */
export class OrderedProducer {
  readonly #clientId: string;
  readonly #brokers: string[];
  #producer: Producer | undefined;

  constructor(clientId: string, brokers: string[]) {
    this.#clientId = clientId;
    this.#brokers = brokers;
  }

  /** Resolves when all in-sync replicas have all messages. One call at a time. */
  async send(messages: OutgoingMessage[]): Promise<void> {
    try {
      this.#producer ??= await this.#connect();
      await this.#producer.sendBatch({ acks: everyReplica, topicMessages: byTopic(messages) });
    } catch (error) {
      // What of it arrived is unknown. Under the same producer id the broker could take what follows for a repetition.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect();
  }

  async #connect(): Promise<Producer> {
    const producer = quietKafka(this.#clientId, this.#brokers).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }
}

function byTopic(messages: OutgoingMessage[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value } of messages) {
    topics.set(topic, [...(topics.get(topic) ?? []), { key, value }]);
  }
  return [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic }));
}
