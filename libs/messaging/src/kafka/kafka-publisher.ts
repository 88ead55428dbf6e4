import type { OutgoingMessage } from '../bus-message.ts';
import { EventPublisher } from '../event-publisher.ts';
import type { Session } from '../postgres/session.ts';
import { ensureTopics } from './ensure-topics.ts';
import { OrderedProducer } from './ordered-producer.ts';

/** Kafka: an event is there at least once, as the broker may have it before the transaction that marks it commits. */
export class KafkaPublisher extends EventPublisher {
  readonly #brokers: string[];
  readonly #producer: OrderedProducer;
  #topicsExist = false;

  constructor(service: string, brokers: string[]) {
    super();
    this.#brokers = brokers;
    this.#producer = new OrderedProducer(`${service}-relay`, brokers);
  }

  async publish(_session: Session, messages: OutgoingMessage[]): Promise<void> {
    if (!this.#topicsExist) await ensureTopics(this.#brokers);
    this.#topicsExist = true;
    await this.#producer.send(messages);
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
