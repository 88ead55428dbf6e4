import { Kafka, logLevel } from 'kafkajs';

/** A client whose failures reach us as errors only: each is reported where it is handled. */
export function quietKafka(clientId: string, brokers: string[]): Kafka {
  return new Kafka({ clientId, brokers, logLevel: logLevel.NOTHING });
}
