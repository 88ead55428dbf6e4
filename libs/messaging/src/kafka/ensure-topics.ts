import { deadLetterTopic, eventTypes, replayTopic, serviceNames } from '@griffin/contracts';
import type { ITopicConfig } from 'kafkajs';
import { quietKafka } from './kafka-client.ts';

export interface TopicsOptions {
  /** Of a topic that does not exist yet: how many consumers of a group can share it. */
  partitions?: number;
}

const defaultPartitions = 6;
/** Half a minute: a broker that starts together with us is waited for. */
const patientRetry = { retries: 30, maxRetryTime: 1_000 };

/**
 * Makes the topics that are missing: one for each event type, the dead letters, and what is replayed of
 * them to each service. Leaves those that exist as they are.
 */
export async function ensureTopics(brokers: string[], { partitions }: TopicsOptions = {}): Promise<void> {
  const admin = quietKafka('griffin-topics', brokers, patientRetry).admin();
  await admin.connect();
  try {
    const existing = await admin.listTopics();
    const topics = topicsOf(partitions ?? defaultPartitions).filter(({ topic }) => !existing.includes(topic));
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}

function topicsOf(partitions: number): ITopicConfig[] {
  const events = Object.keys(eventTypes).map((topic) => ({ topic, numPartitions: partitions, replicationFactor: -1 }));
  const replays = serviceNames.map((service) => oneByOne(replayTopic(service), [roomForWrapping]));
  return [...events, ...replays, oneByOne(deadLetterTopic, [roomForWrapping, forEver])];
}

const oneByOne = (topic: string, configEntries: ITopicConfig['configEntries']): ITopicConfig => ({
  topic,
  numPartitions: 1,
  replicationFactor: -1,
  configEntries,
});

/** A letter and its replay wrap the original, escaped. */
const roomForWrapping = { name: 'max.message.bytes', value: String(8 * 1024 * 1024) };
/** A letter stays until somebody has dealt with it. */
const forEver = { name: 'retention.ms', value: '-1' };
