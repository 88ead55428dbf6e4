import type { OutgoingMessage } from '../bus-message.ts';

/** A bus, as whoever deals with its dead letters sees it. */
export interface LetterBus {
  /** The values of all messages of the dead-letter topic; those of one key in their order. */
  read(): Promise<string[]>;
  append(messages: OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}
