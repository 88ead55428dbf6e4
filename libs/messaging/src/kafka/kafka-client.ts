import { Kafka, logLevel, type RetryOptions } from 'kafkajs';

/** kafkajs repeats each request, and within it each connection. What uses it tries again for as long as it takes, so this is short. */
export const briefRetry = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/** A client whose failures reach us as errors only: each is reported where it is handled. */
export function quietKafka(clientId: string, brokers: string[], retry: RetryOptions = briefRetry): Kafka {
  return new Kafka({ clientId, brokers, logLevel: logLevel.NOTHING, retry });
}
