import { eventTypes, isEventType, type EventEnvelope, type EventType } from '@griffin/contracts';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { PermanentError } from './permanent-error.ts';

const maxExplanation = 1_000;

const ajv = new Ajv({ strict: true, allErrors: false });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>(
  Object.entries(eventTypes).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** What keeps `event` from being a valid `type`, or undefined when nothing does. */
export function schemaViolation(type: EventType, event: unknown): string | undefined {
  const validate = validators.get(type);
  if (!validate || validate(event)) return undefined;
  return ajv.errorsText(validate.errors, { dataVar: 'event' }).slice(0, maxExplanation);
}

/** Reads a message of `topic`. Refuses what is not the one type of that topic, valid against its schema. */
export function parseEvent(topic: string, value: Buffer | null): EventEnvelope {
  if (!isEventType(topic)) throw new PermanentError('event_type_unknown', `No event type is called ${topic}.`);
  const event = parseJson(value);
  const violation = schemaViolation(topic, event);
  if (violation) throw new PermanentError('event_invalid', `The message is not a valid ${topic}: ${violation}.`);
  return event as EventEnvelope;
}

function parseJson(value: Buffer | null): unknown {
  if (value === null) throw new PermanentError('event_invalid', 'The message has no value.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw new PermanentError('event_invalid', `The message is not JSON in UTF-8: ${String(error)}`, { cause: error });
  }
}
