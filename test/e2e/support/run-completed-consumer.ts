import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Kafka, logLevel } from 'kafkajs';

const schemas = resolve(import.meta.dirname, '../../../docs/events');

interface RunCompleted {
  id: string;
  data: { run_id: string; state: string };
}

export interface Received {
  key: string | undefined;
  event: RunCompleted;
}

/** A consumer that knows nothing of Griffin but the broker and the published schema. */
export async function consumeRunCompleted(brokers: string[]): Promise<{ received: Received[]; stop(): Promise<void> }> {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const published = JSON.parse(await readFile(join(schemas, 'run.completed.json'), 'utf8')) as object;
  const isRunCompleted = ajv.compile<RunCompleted>(published);
  const consumer = new Kafka({ clientId: 'downstream', brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId: 'downstream',
  });
  const received: Received[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: 'run.completed', fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const event: unknown = JSON.parse(message.value?.toString() ?? 'null');
      if (!isRunCompleted(event)) throw new Error(`not as published: ${JSON.stringify(isRunCompleted.errors)}`);
      received.push({ key: message.key?.toString(), event });
      return Promise.resolve();
    },
  });
  return { received, stop: () => consumer.disconnect() };
}
