import type { INestApplication } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { consumedBy } from '@griffin/contracts';
import { checkHandlers } from './delivery/handler-check.ts';
import { EmbeddedServer } from './embedded/embedded.server.ts';
import { KafkaServer } from './kafka/kafka.server.ts';
import { MessagingMetrics } from './messaging-metrics.ts';
import { messagingOptions, type MessagingOptions } from './messaging-options.ts';

/**
 * Connects the service's `@OnEvent` handlers to its bus; they are called once `app.startAllMicroservices()` has been.
 * Throws when an event type that the service consumes has no handler and is not ignored, or has two.
 */
export function connectBus(app: INestApplication): void {
  const options = app.get<MessagingOptions>(messagingOptions);
  const strategy = serverFor(options, app.get(MessagingMetrics));
  app.connectMicroservice({ strategy });
  const handlers = [...strategy.getHandlers()].map(([type, handler]) => [type, chainLength(handler)] as const);
  const { service, ignores } = options;
  checkHandlers({ service, ignores, topics: consumedBy(service), handlers: new Map(handlers) });
}

function serverFor({ service, bus }: MessagingOptions, metrics: MessagingMetrics): EmbeddedServer | KafkaServer {
  return bus.kind === 'kafka'
    ? new KafkaServer({ service, brokers: bus.brokers, metrics })
    : new EmbeddedServer({ service, url: bus.url, metrics });
}

/** Nest chains the handlers that share a pattern. */
function chainLength(handler: MessageHandler): number {
  return handler.next ? 1 + chainLength(handler.next as MessageHandler) : 1;
}
