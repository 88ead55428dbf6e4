import type { OutgoingMessage } from '../bus-message.ts';
import { EventPublisher } from '../event-publisher.ts';
import type { Session } from '../postgres/session.ts';
import { appendToLog } from './bus-log.ts';

/** The bus in the service's own database: an event is on it in the transaction that marks it, so exactly once. */
export class EmbeddedPublisher extends EventPublisher {
  async publish(session: Session, messages: OutgoingMessage[]): Promise<void> {
    await appendToLog(session, messages);
  }

  async close(): Promise<void> {}
}
