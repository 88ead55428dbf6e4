import { Kafka, logLevel } from 'kafkajs';
import { consumeDeadLetters } from '../e2e/support/dead-letters.ts';

/** Rows as the administrator sees them. */
export type Rows = <R extends object>(sql: string, parameters?: unknown[]) => Promise<R[]>;

/** The bus as a stranger sees it. */
export interface BusProbe {
  put(topic: string, value: string): Promise<void>;
  /** What a consumer gave up, once for each service and message, however often it was written. */
  letters(): Promise<string[]>;
  end(): Promise<void>;
}

interface Letter {
  service: string;
  topic: string;
  original: string | null;
}

const deadLetters = 'dead-letter';

export function probeEmbedded(rows: Rows): BusProbe {
  return {
    put: async (topic, value) => {
      await rows('INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)', [topic, 'stranger', value]);
    },
    letters: async () => {
      const found = await rows<{ envelope: string }>('SELECT envelope FROM bus.event WHERE topic = $1', [deadLetters]);
      return found.map(({ envelope }) => nameOf(JSON.parse(envelope) as Letter)); // This bus has each once.
    },
    end: async () => {},
  };
}

/** On Kafka a crash between a letter and its acknowledgement writes it a second time. */
export async function probeKafka(brokers: string[]): Promise<BusProbe> {
  const consumed = await consumeDeadLetters(brokers);
  return {
    put: async (topic, value) => {
      const producer = new Kafka({ clientId: 'stranger', brokers, logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      await producer.send({ topic, messages: [{ key: 'stranger', value }] });
      await producer.disconnect();
    },
    letters: async () => [...new Set(consumed.letters.map(nameOf))],
    end: () => consumed.stop(),
  };
}

const nameOf = ({ service, topic, original }: Letter) => `${service} ${topic} ${original}`;
