import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { testKafka } from './test-kafka.ts';

const kafka = await testKafka();

describe.runIf(kafka.available)('the broker of a test run', () => {
  it('keeps what is sent to a topic that was made for it, and makes none by itself', async () => {
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'start-kafka.spec' }] });
    expect(await admin.listTopics()).toContain('start-kafka.spec');

    const producer = client.producer({ retry: { retries: 2 } });
    await producer.connect();
    await producer.send({ topic: 'start-kafka.spec', messages: [{ value: 'one' }] });
    expect(await admin.fetchTopicOffsets('start-kafka.spec')).toMatchObject([{ offset: '1' }]);
    const toNone = producer.send({ topic: 'not-made.spec', messages: [{ value: 'one' }] });
    await expect(toNone).rejects.toThrow('does not host this topic-partition');
    await producer.disconnect();
    await admin.disconnect();
  });
});
