import type { BusOptions } from '../messaging-options.ts';
import { EmbeddedLetterBus } from './embedded-letter-bus.ts';
import { KafkaLetterBus } from './kafka-letter-bus.ts';
import type { LetterBus } from './letter-bus.ts';

export function openLetterBus(bus: BusOptions): LetterBus {
  return bus.kind === 'kafka' ? new KafkaLetterBus(bus.brokers) : new EmbeddedLetterBus(bus.url);
}
