import { Kafka, logLevel } from 'kafkajs';

export interface DeadLetter {
  service: string;
  topic: string;
  error: { code: string; message: string };
  original: string;
}

/** Puts a message that is no event on a topic of Kafka. */
export async function produceMalformed(brokers: string[], topic: string, value: string): Promise<void> {
  const producer = client(brokers).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: 'malformed', value }] });
  await producer.disconnect();
}

/** All dead letters of a Kafka cluster, as they come. */
export async function consumeDeadLetters(brokers: string[]): Promise<{ letters: DeadLetter[]; stop(): Promise<void> }> {
  const consumer = client(brokers).consumer({ groupId: 'mender' });
  const letters: DeadLetter[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: 'dead-letter', fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      letters.push(JSON.parse(message.value?.toString() ?? 'null') as DeadLetter);
      return Promise.resolve();
    },
  });
  return { letters, stop: () => consumer.disconnect() };
}

const client = (brokers: string[]) => new Kafka({ clientId: 'end-to-end', brokers, logLevel: logLevel.NOTHING });
