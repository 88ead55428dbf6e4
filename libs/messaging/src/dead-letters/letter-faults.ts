import { replayTopic, serviceNames, type ServiceName } from '@griffin/contracts';
import { parseEvent } from '../event-schemas.ts';
import { PermanentError } from '../permanent-error.ts';
import { textOf, type Letter } from './letter.ts';
import { parseJson } from './parse-json.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What keeps `text` from being taken by the letter's consumer, or undefined. */
export function violation({ topic }: Letter, text: string | null): string | undefined {
  try {
    parseEvent(topic, text === null ? null : Buffer.from(text));
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}

/**
 * What keeps `text` from taking the original's place, or undefined. It stays the same event about the same subject: by
 * the id the consumer sees that it has had it, and the subject is the key that it is ordered by.
 */
export function mendingFault(letter: Letter, text: string): string | undefined {
  const wrong = violation(letter, text);
  if (wrong) return wrong;
  const mended = fieldsOf(text);
  const original = fieldsOf(letter.original ?? '');
  const { id, subject } = original;
  if (typeof id === 'string' && uuid.test(id) && mended['id'] !== id) return `The event's id has to stay ${id}.`;
  if (typeof subject === 'string' && subject !== '' && mended['subject'] !== subject)
    return `The event's subject has to stay ${subject}.`;
  return undefined;
}

/** What keeps the letter from being replayed, or undefined. */
export function replayFault(letter: Letter): string | undefined {
  if (!isService(letter.service)) return `there is no service ${letter.service}`;
  const wrong = violation(letter, textOf(letter));
  return wrong && `it has to be mended first. ${wrong}`;
}

export const replayTopicOf = ({ service }: Letter) => replayTopic(service as ServiceName);

const isService = (name: string): name is ServiceName => serviceNames.some((service) => service === name);

function fieldsOf(text: string): Record<string, unknown> {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
