import type { OutgoingMessage } from './bus-message.ts';
import type { Session } from './postgres/session.ts';

/** A bus, as the relay sees it. */
export abstract class EventPublisher {
  /**
   * Brings the messages to the bus in their order, all of them or an error; after an error some may be there, and all are
   * published again. `session` is in the transaction that marks them as published.
   */
  abstract publish(session: Session, messages: OutgoingMessage[]): Promise<void>;

  abstract close(): Promise<void>;
}
