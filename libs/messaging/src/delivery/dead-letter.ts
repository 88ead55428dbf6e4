import { isUtf8 } from 'node:buffer';
import { deadLetterTopic, type DeadLetter } from '@griffin/contracts';
import type { BusMessage, OutgoingMessage } from '../bus-message.ts';
import type { PermanentError } from '../permanent-error.ts';

/** What a consumer could never process, so that it can be mended and replayed. */
export function deadLetter(service: string, message: BusMessage, error: PermanentError): DeadLetter {
  const encoding = message.value === null || isUtf8(message.value) ? 'utf-8' : 'base64';
  return {
    service,
    topic: message.topic,
    key: message.key,
    error: { code: error.code, message: error.message },
    failed_at: new Date().toISOString(),
    original: message.value?.toString(encoding) ?? null,
    encoding,
  };
}

/** The letter as a message; its key is the original's, so that the letters of one aggregate stay in order. */
export function letterMessage(letter: DeadLetter): OutgoingMessage {
  return { topic: deadLetterTopic, key: letter.key ?? '', value: JSON.stringify(letter) };
}
