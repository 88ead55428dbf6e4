import { randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@griffin/contracts';
import type { Admin, Consumer } from 'kafkajs';
import type { OutgoingMessage } from '../bus-message.ts';
import { quietKafka } from '../kafka/kafka-client.ts';
import { OrderedProducer } from '../kafka/ordered-producer.ts';
import type { LetterBus } from './letter-bus.ts';

const clientId = 'griffin-dead-letters';

/** Reads with a consumer group of its own, which commits nothing and is removed again. */
export class KafkaLetterBus implements LetterBus {
  readonly #brokers: string[];
  readonly #producer: OrderedProducer;

  constructor(brokers: string[]) {
    this.#brokers = brokers;
    this.#producer = new OrderedProducer(clientId, brokers);
  }

  async read(): Promise<string[]> {
    const kafka = quietKafka(clientId, this.#brokers);
    const groupId = `${clientId}-${randomUUID()}`;
    const admin = kafka.admin();
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
    await admin.connect();
    try {
      return await readTo(await endsOf(admin), consumer);
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => undefined); // An empty group is forgotten in time.
      await admin.disconnect();
    }
  }

  async append(messages: OutgoingMessage[]): Promise<void> {
    await this.#producer.send(messages);
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** For each partition that holds messages, the offset behind its last one. The services make the topic, this only reads. */
async function endsOf(admin: Admin): Promise<Map<number, bigint>> {
  if (!(await admin.listTopics()).includes(deadLetterTopic)) return new Map();
  const offsets = await admin.fetchTopicOffsets(deadLetterTopic);
  const filled = offsets.filter(({ low, high }) => low !== high);
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
}

async function readTo(ends: Map<number, bigint>, consumer: Consumer): Promise<string[]> {
  if (ends.size === 0) return [];
  const values = new Map<number, string[]>([...ends.keys()].map((partition) => [partition, []]));
  const left = new Set(ends.keys());
  await consumer.connect();
  await consumer.subscribe({ topic: deadLetterTopic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    const run = consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const end = ends.get(partition) ?? 0n;
        if (BigInt(message.offset) < end) values.get(partition)?.push(String(message.value));
        if (BigInt(message.offset) + 1n >= end) left.delete(partition);
        if (left.size === 0) resolve();
      },
    });
    run.catch(reject);
  });
  return [...values.values()].flat();
}
