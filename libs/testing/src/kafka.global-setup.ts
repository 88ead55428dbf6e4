import type { TestProject } from 'vitest/node';
import { KafkaUnavailable } from './kafka/kafka-unavailable.ts';
import { startKafka } from './kafka/start-kafka.ts';
import { shareServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The brokers that this run of the tests has to itself; none where the machine cannot run Kafka. */
    kafka: { brokers: string[] };
  }
}

/** Starts the broker. Without Java the tests are skipped and the reason is printed, but in CI that is a failure. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { value, release } = await shareServer('kafka', () => startKafka({ throwaway: true }));
    project.provide('kafka', { brokers: value.brokers });
    return release;
  } catch (error) {
    if (!(error instanceof KafkaUnavailable) || process.env['CI'] === 'true') throw error;
    console.warn(`The tests on Kafka are skipped. ${error.message}`);
    project.provide('kafka', { brokers: [] });
    return async () => undefined;
  }
}
