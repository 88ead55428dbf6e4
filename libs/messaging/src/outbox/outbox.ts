import { Inject, Injectable, Logger } from '@nestjs/common';
import { topics, type EventData, type EventEnvelope, type EventType, type ServiceName } from '@griffin/contracts';
import { insertRows, type Tx } from '@griffin/database';
import { currentTrace } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import { eventLine } from '../event-line.ts';
import { schemaViolation } from '../event-schemas.ts';
import { messagingOptions, type MessagingOptions } from '../messaging-options.ts';
import { OutboxEntity } from './outbox.entity.ts';

export interface NewEvent<T extends EventType> {
  type: T;
  /** The aggregate's id. */
  subject: string;
  projectId: string;
  /** Of the subject, at the time of this change. */
  revision: number;
  /** Id of the event, or name of the actor, that this one follows from. */
  causedBy: string;
  data: EventData<T>;
}

/** Kafka takes messages of up to a mebibyte; the rest is for its headers. */
const maxBytes = 1_000_000;

/** The service's way to publish. */
@Injectable()
export class Outbox {
  readonly #service: ServiceName;
  readonly #source: string;
  readonly #logger = new Logger(Outbox.name);

  constructor(@Inject(messagingOptions) { installation, service }: MessagingOptions) {
    this.#service = service;
    this.#source = `/griffin/${installation}/${service}`;
  }

  /**
   * Publishes the event if `tx` commits, and returns its id. Refuses one that is not valid, too large, or another service's
   * to say: a bug here, which must not reach others. Events of one subject keep their order when each transaction holds the lock of the
   * subject's row before it appends.
   */
  async append<T extends EventType>(tx: Tx, event: NewEvent<T>): Promise<string> {
    const envelope = this.#envelope(event);
    const problem =
      this.#authorityViolation(event.type) ?? schemaViolation(event.type, envelope) ?? sizeViolation(envelope);
    if (problem) throw new Error(`This ${event.type} cannot be published: ${problem}`);
    const { type, subject, projectId } = event;
    await insertRows(tx, [OutboxEntity, { eventId: envelope.id, type, subject, projectId, envelope }]);
    const { level, line } = eventLine('event recorded', envelope);
    this.#logger[level](line);
    return envelope.id;
  }

  #authorityViolation(type: EventType): string | undefined {
    const { publisher } = topics[type];
    return publisher === this.#service ? undefined : `it is ${publisher}'s to publish, and this is ${this.#service}`;
  }

  #envelope<T extends EventType>(event: NewEvent<T>): EventEnvelope<EventData<T>> {
    return {
      specversion: '1.0',
      id: uuid(),
      source: this.#source,
      type: event.type,
      subject: event.subject,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      projectid: event.projectId,
      revision: event.revision,
      causedby: event.causedBy,
      traceparent: currentTrace().traceparent,
      data: event.data,
    };
  }
}

function sizeViolation(envelope: object): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(envelope));
  return bytes > maxBytes ? `its ${bytes} bytes are more than ${maxBytes}` : undefined;
}
