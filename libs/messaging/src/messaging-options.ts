import type { EventType, ServiceName } from '@griffin/contracts';

export type BusOptions =
  | {
      kind: 'embedded';
      /** The service's own database, with its own role: the bus is a schema in it. */
      url: string;
    }
  | { kind: 'kafka'; brokers: string[] };

export interface MessagingOptions {
  service: ServiceName;
  installation: string;
  bus: BusOptions;
  /** Consumed event types that the service knowingly does nothing about. */
  ignores: EventType[];
}

export const messagingOptions = Symbol('messaging options');
