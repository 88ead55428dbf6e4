import type { NestMicroservice } from '@nestjs/microservices';
import { deadLetterTopic, type DeadLetter } from '@griffin/contracts';
import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from 'kafkajs';
import type { TestService } from './service.fixture.ts';

const retry = { retries: 10, maxRetryTime: 1_000 };

/** A plain Kafka client beside ours. */
export interface Stranger {
  put(topic: string, key: string, value: string): Promise<void>;
  letters: DeadLetter[];
  close(): Promise<void>;
}

export async function connectStranger(brokers: string[]): Promise<Stranger> {
  const kafka = new Kafka({ clientId: 'stranger', brokers, logLevel: logLevel.NOTHING, retry });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({
    groupId: 'stranger',
    maxWaitTimeInMs: 100,
    sessionTimeout: 6_000,
    rebalanceTimeout: 6_000,
  });
  const letters: DeadLetter[] = [];
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: deadLetterTopic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => void letters.push(JSON.parse(String(message.value)) as DeadLetter),
  });
  return {
    letters,
    put: async (topic, key, value) => void (await producer.send({ topic, messages: [{ key, value }] })),
    close: () => closeAll(producer, consumer),
  };
}

async function closeAll(producer: Producer, consumer: Consumer): Promise<void> {
  await producer.disconnect();
  await consumer.disconnect();
}

/** Leaves the group at once, as a broker sees it when the process is gone: nothing of what is in progress is committed. */
export async function leaveGroup({ app }: TestService): Promise<void> {
  const [microservice] = app.getMicroservices() as NestMicroservice[];
  const [, consumer] = microservice?.unwrap<[Kafka, Consumer]>() ?? [];
  await consumer?.disconnect();
}
