import { eventually, testKafka } from '@griffin/testing';
import { Kafka, KafkaJSNonRetriableError, logLevel, Partitioners } from 'kafkajs';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepRunning } from './keep-running.ts';

const kafka = await testKafka();

describe.runIf(kafka.available)('a consumer that is kept running', () => {
  it('starts again after an error that ends it for good by the lights of kafkajs', async () => {
    const topic = `keep-running.${uuid()}`;
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const admin = client.admin();
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = client.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
    const stopping = new AbortController();
    onTestFinished(async () => {
      stopping.abort();
      await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
    });
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await consumer.subscribe({ topic, fromBeginning: true });

    const restarts: boolean[] = [];
    consumer.on('consumer.crash', ({ payload }) => void restarts.push(payload.restart));
    const seen: string[] = [];
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      seen.push(String(message.value));
      if (seen.length === 1) throw new KafkaJSNonRetriableError('not allowed');
    };
    await keepRunning(consumer, { eachMessage }, stopping.signal);
    await producer.send({ topic, messages: [{ value: 'one' }, { value: 'two' }] });
    await eventually(() => expect(seen).toEqual(['one', 'one', 'two']), { timeoutMs: 20_000 });
    // kafkajs itself starts again after the first join of a fresh broker, whose coordinator is still loading.
    expect(restarts.filter((byItself) => !byItself)).toHaveLength(1);
  });
});
