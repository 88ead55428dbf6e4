import { ensureTopics } from '@griffin/messaging';
import { startKafka, testKafka, type KafkaBroker } from '@griffin/testing';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { lostRequestContract } from './lost-request.fixture.ts';

const kafka = await testKafka();
const topic = 'workflow.requested';

/** A broker of its own: consumer groups have the names of our services, which other specs use as well. */
describe.runIf(kafka.available)('Kafka', () => {
  let broker: KafkaBroker;
  let admin: Admin;
  let api: TestApi;

  beforeAll(async () => {
    broker = await startKafka({ throwaway: true });
    await ensureTopics(broker.brokers, { partitions: 2 });
    admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    api = await TestApi.start({
      GRIFFIN_REPUBLISH_AFTER_SECONDS: '1',
      GRIFFIN_BUS: 'kafka',
      GRIFFIN_KAFKA_BROKERS: broker.brokers.join(','),
    });
    await api.defineTraining();
  });
  afterAll(async () => {
    await api?.stop();
    await admin?.disconnect();
    await broker?.stop();
  });

  lostRequestContract(() => ({
    api,
    options: { kind: 'kafka', brokers: broker.brokers },
    lose: async () => {
      const offsets = await admin.fetchTopicOffsets(topic);
      const filled = offsets.filter(({ low, high }) => low !== high);
      const partitions = filled.map(({ partition, high }) => ({ partition, offset: high }));
      if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
      return filled.reduce((count, { low, high }) => count + Number(high) - Number(low), 0);
    },
  }));
});
