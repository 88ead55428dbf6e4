import type { DynamicModule } from '@nestjs/common';
import { EmbeddedPublisher } from './embedded/embedded-publisher.ts';
import { EventPublisher } from './event-publisher.ts';
import { Inbox } from './inbox/inbox.ts';
import { KafkaPublisher } from './kafka/kafka-publisher.ts';
import { MessagingMetrics } from './messaging-metrics.ts';
import { messagingOptions, type MessagingOptions } from './messaging-options.ts';
import { EventLog } from './outbox/event-log.ts';
import { Outbox } from './outbox/outbox.ts';
import { OutboxRelay } from './outbox/relay.ts';

/**
 * Gives the whole service its `Outbox`, `Inbox` and `EventLog`, and relays the outbox to the bus while the service runs.
 * Needs a `DatabaseModule` with `messagingEntities` and `messagingMigrations`, and the `PlatformModule`. To consume as
 * well, `connectBus(app)`.
 */
export class MessagingModule {
  static forService(options: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: messagingOptions, useValue: options },
        { provide: EventPublisher, useFactory: () => publisherFor(options) },
        MessagingMetrics,
        OutboxRelay,
        Outbox,
        Inbox,
        EventLog,
      ],
      exports: [Outbox, Inbox, EventLog],
    };
  }
}

function publisherFor({ service, bus }: MessagingOptions): EventPublisher {
  return bus.kind === 'kafka' ? new KafkaPublisher(service, bus.brokers) : new EmbeddedPublisher();
}
