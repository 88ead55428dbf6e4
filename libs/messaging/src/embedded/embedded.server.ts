import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { replayTopic, type DeadLetter, type ServiceName } from '@griffin/contracts';
import { committing } from '@griffin/faults';
import { letterMessage } from '../delivery/dead-letter.ts';
import { EventDelivery } from '../delivery/event-delivery.ts';
import { settledOf, waves } from '../delivery/waves.ts';
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

/** Nest's way to consume the embedded bus: in one replica of a service, and one message at a time of each key. */
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
      seq = await this.#consume(session, messages, seq, ending);
      if (messages.length < batchSize) return;
    }
  }

  /**
   * Settles the messages, for as long as `ending` lets it, and stores that together: what a crash has delivered again each
   * consumer's inbox passes over. A dead letter is stored with what it stands for. Returns the `seq` of the last one.
   */
  async #consume(session: Session, messages: LoggedMessage[], from: string, ending: AbortSignal): Promise<string> {
    let [settled, stored] = [from, from];
    for (const wave of waves(messages.filter(isForUs), ({ key }) => key)) {
      const letters = new Map<string, DeadLetter>();
      const done = await settledOf(wave, ({ seq, topic, key, envelope }) => {
        const bury = async (letter: DeadLetter) => void letters.set(seq, letter);
        return this.#delivery.deliver({ topic, key, value: Buffer.from(envelope) }, bury, ending);
      });
      settled = done.at(-1)?.seq ?? settled;
      const buried = done.flatMap(({ seq }) => letters.get(seq) ?? []);
      if (buried.length > 0) stored = await this.#acknowledgeWith(session, buried, settled);
      if (done.length < wave.length) return this.#acknowledge(session, settled, stored);
    }
    return this.#acknowledge(session, messages.at(-1)?.seq ?? settled, stored);
  }

  async #acknowledge(session: Session, settled: string, stored: string): Promise<string> {
    if (settled !== stored) {
      await committing('event.acknowledge', () => moveOffset(session, this.#service, settled));
    }
    return settled;
  }

  async #acknowledgeWith(session: Session, letters: DeadLetter[], settled: string): Promise<string> {
    await session.transaction('event.acknowledge', async () => {
      await appendToLog(session, letters.map(letterMessage));
      await moveOffset(session, this.#service, settled);
    });
    return settled;
  }
}

const isForUs = (message: LoggedMessage): message is LoggedMessage & { envelope: string } => message.envelope !== null;
