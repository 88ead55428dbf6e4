import { Controller, Module, type INestApplication, type Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { consumedBy, type EventOf, type EventType, type ServiceName } from '@griffin/contracts';
import { Database, DatabaseModule } from '@griffin/database';
import { Metrics, PlatformModule } from '@griffin/platform';
import { onTestFinished } from 'vitest';
import {
  connectBus,
  EventLog,
  Inbox,
  messagingEntities,
  messagingMigrations,
  MessagingModule,
  OnEvent,
  Outbox,
  type BusOptions,
} from '../index.ts';

export type Handlers = { [T in EventType]?: (event: EventOf<T>) => Promise<unknown> };

export interface ServiceOptions {
  service: ServiceName;
  url: string;
  bus: BusOptions;
  /** Without it the service publishes only. */
  on?: Handlers;
  /** Where the boot check is what is tested. */
  ignores?: EventType[];
  controllers?: Type[];
}

export interface TestService {
  app: INestApplication;
  database: Database;
  outbox: Outbox;
  inbox: Inbox;
  eventLog: EventLog;
  metrics: Metrics;
  /** Shuts down gracefully. */
  close(): Promise<void>;
}

const schemas = { api: 'api', 'isc-worker': 'isc', lineage: 'lineage' } as const;

/** A service with nothing but its messaging, as an app builds it. Closed at the end of the test at the latest. */
export async function startService(options: ServiceOptions): Promise<TestService> {
  const app = await createService(options);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  onTestFinished(close);
  if (options.on) {
    connectBus(app);
    await app.startAllMicroservices();
  }
  return {
    app,
    close,
    database: app.get(Database),
    outbox: app.get(Outbox),
    inbox: app.get(Inbox),
    eventLog: app.get(EventLog),
    metrics: app.get(Metrics),
  };
}

/** The same, not connected to its bus yet. */
export async function createService({ service, url, on = {}, ...given }: ServiceOptions) {
  const bus = given.bus.kind === 'embedded' ? { ...given.bus, url } : given.bus;
  const ignores = given.ignores ?? consumedBy(service).filter((type) => !Object.hasOwn(on, type));
  @Module({
    imports: [
      PlatformModule,
      DatabaseModule.forService({
        url,
        schema: schemas[service],
        entities: messagingEntities,
        migrations: messagingMigrations,
      }),
      MessagingModule.forService({ service, installation: 'test', bus, ignores: [...ignores] }),
    ],
    controllers: given.controllers ?? [controllerOf(on)],
  })
  class ServiceModule {}
  const testing = await Test.createTestingModule({ imports: [ServiceModule] }).compile();
  const app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
  return app.init();
}

/** A controller with one `@OnEvent` method for each handler, as a decorator would have marked it. */
function controllerOf(on: Handlers): Type {
  @Controller()
  class TestHandlers {}
  const handlers = Object.entries(on) as [EventType, (event: object) => Promise<unknown>][];
  for (const [type, handle] of handlers) {
    const descriptor = { value: (event: object) => handle(event), configurable: true };
    OnEvent(type)(TestHandlers.prototype, type, descriptor);
    Object.defineProperty(TestHandlers.prototype, type, descriptor);
  }
  return TestHandlers;
}
