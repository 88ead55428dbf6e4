import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import type { DeadLetter } from '@griffin/contracts';
import { committing } from '@griffin/faults';
import { withTrace } from '@griffin/platform';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BusMessage } from '../bus-message.ts';
import { replayedMessage } from '../dead-letters/replayed-message.ts';
import { eventLine, runIdOf } from '../event-line.ts';
import { parseEvent } from '../event-schemas.ts';
import type { MessagingMetrics } from '../messaging-metrics.ts';
import type { PermanentError } from '../permanent-error.ts';
import { backoffMs, pause } from './backoff.ts';
import { asPermanent } from './classify-error.ts';
import { deadLetter } from './dead-letter.ts';

/** Keeps a dead letter safe before it returns. */
export type Bury = (letter: DeadLetter) => Promise<void>;

export interface EventDeliveryOptions {
  service: string;
  handlerOf: (type: string) => MessageHandler | null;
  metrics: MessagingMetrics;
}

/** Brings messages to their handlers, in the same way for each transport, which only has to keep their order. */
export class EventDelivery {
  readonly #options: EventDeliveryOptions;
  readonly #logger = new Logger(EventDelivery.name);

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
  }

  /**
   * Tries until the message is settled: handled, or buried because it never can be. Everything else that fails, burying
   * included, is tried again for as long as it takes. False when `signal` ended the trying first: then the message has
   * to be delivered again.
   */
  async deliver(delivered: BusMessage, bury: Bury, signal: AbortSignal): Promise<boolean> {
    const message = replayedMessage(delivered);
    for (let failures = 0; !signal.aborted;) {
      const failure = await this.#attempt(message, bury);
      if (!failure) return true;
      failures += 1;
      this.#reportRetry(message, failures, failure.error);
      await pause(backoffMs(failures), signal);
    }
    return false;
  }

  async #attempt(message: BusMessage, bury: Bury): Promise<{ error: unknown } | undefined> {
    try {
      await this.#handle(message);
      this.#options.metrics.handled.inc({ topic: message.topic });
      return undefined;
    } catch (error) {
      const permanent = asPermanent(error);
      return permanent ? this.#bury(message, permanent, bury) : { error };
    }
  }

  async #handle(message: BusMessage): Promise<void> {
    const event = parseEvent(message.topic, message.value);
    const handler = this.#options.handlerOf(event.type);
    if (!handler) throw new Error(`Nothing handles ${event.type}, yet it was delivered.`);
    const trace = { traceparent: event.traceparent ?? '', runId: runIdOf(event) };
    await withTrace(trace, async () => {
      const result: unknown = await handler(event);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
      const { level, line } = eventLine('event handled', event);
      this.#logger[level](line);
    });
  }

  async #bury(message: BusMessage, error: PermanentError, bury: Bury): Promise<{ error: unknown } | undefined> {
    const { service, metrics } = this.#options;
    try {
      await committing('dead-letter.bury', () => bury(deadLetter(service, message, error)));
    } catch (failure) {
      return { error: failure };
    }
    metrics.deadLettered.inc({ topic: message.topic, code: error.code });
    this.#logger.error({
      msg: `Dead letter: ${error.message}`,
      topic: message.topic,
      key: message.key,
      code: error.code,
      err: error,
    });
    return undefined;
  }

  #reportRetry({ topic, key }: BusMessage, failures: number, error: unknown): void {
    this.#options.metrics.retried.inc({ topic });
    this.#logger.warn({ msg: `Failure ${failures} in handling an event; it is tried again`, topic, key, err: error });
  }
}
