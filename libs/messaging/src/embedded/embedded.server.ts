import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { replayTopic, type DeadLetter, type ServiceName } from '@griffin/contracts';
import { letterMessage } from '../delivery/dead-letter.ts';
import { EventDelivery } from '../delivery/event-delivery.ts';
import type { MessagingMetrics } from '../messaging-metrics.ts';
import { ExclusiveLoop } from '../postgres/exclusive-loop.ts';
import type { Session } from '../postgres/session.ts';
import { appendToLog, busChannel, moveOffset, readLog, readOffset, type LoggedMessage } from './bus-log.ts';

const batchSize = 100;

export interface EmbeddedServerOptions {
  service: ServiceName;
  url: string;
  metrics: MessagingMetrics;
}

/** Nest's way to consume the embedded bus: one message at a time per service, whatever its topic and key. */
export class EmbeddedServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('griffin embedded bus');
  override readonly propagatesEventHandlerErrors = true;
  readonly #service: ServiceName;
  readonly #delivery: EventDelivery;
  readonly #loop: ExclusiveLoop;

  constructor({ service, url, metrics }: EmbeddedServerOptions) {
    super();
    this.#service = service;
    this.#delivery = new EventDelivery({ service, metrics, handlerOf: (type) => this.getHandlerByPattern(type) });
    this.#loop = new ExclusiveLoop({
      // An offset that is lost has its messages delivered again, which each consumer's inbox passes over.
      connection: { url, applicationName: `griffin-${service}-consumer`, synchronousCommit: false },
      lock: `griffin:consumer:${service}`,
      channel: busChannel,
      work: (session, stopping) => this.#consumeAll(session, AbortSignal.any([stopping, session.lost])),
    });
  }

  listen(callback: () => void): void {
    this.#loop.start();
    callback();
  }

  /** Resolves when the handler in progress has returned and its offset is stored. */
  async close(): Promise<void> {
    await this.#loop.stop();
  }

  override on(): never {
    throw new Error('The embedded bus has no events of its own.');
  }

  override unwrap(): never {
    throw new Error('The embedded bus has no client of its own.');
  }

  async #consumeAll(session: Session, ending: AbortSignal): Promise<void> {
    const topics = [...this.messageHandlers.keys(), replayTopic(this.#service)];
    let seq = await readOffset(session, this.#service);
    while (!ending.aborted) {
      const messages = await readLog(session, seq, topics, batchSize);
      for (const { envelope, ...message } of messages) {
        if (envelope !== null && !(await this.#consume(session, { ...message, envelope }, ending))) return;
      }
      const last = messages.at(-1);
      if (last?.envelope === null) await moveOffset(session, this.#service, last.seq);
      if (!last || messages.length < batchSize) return;
      seq = last.seq;
    }
  }

  /** False when `ending` came before the message was settled. */
  async #consume(
    session: Session,
    message: LoggedMessage & { envelope: string },
    ending: AbortSignal,
  ): Promise<boolean> {
    const { seq, topic, key, envelope } = message;
    const letters: DeadLetter[] = [];
    const bury = async (letter: DeadLetter) => void letters.push(letter);
    if (!(await this.#delivery.deliver({ topic, key, value: Buffer.from(envelope) }, bury, ending))) return false;
    await session.transaction('event.acknowledge', async () => {
      if (letters.length > 0) await appendToLog(session, letters.map(letterMessage));
      await moveOffset(session, this.#service, seq);
    });
    return true;
  }
}
