import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { eventTypes, isRetryable, isTerminal, RunState } from './index.ts';

it('every event schema is a valid JSON Schema whose type is its own name', () => {
  const ajv = new Ajv({ strict: true, formats: { uuid: true, 'date-time': true } });
  for (const [name, schema] of Object.entries(eventTypes)) {
    expect(ajv.validateSchema(schema), name).toBe(true);
    expect(schema.properties.type.const).toBe(name);
  }
});

it('three states are terminal', () => {
  expect(Object.values(RunState).filter(isTerminal)).toEqual(['SUCCEEDED', 'FAILED', 'TERMINATED']);
});

it('an unknown reason code is never retried', () => {
  expect(isRetryable('process_killed')).toBe(true);
  expect(isRetryable('toString')).toBe(false);
  expect(isRetryable('their_own_code')).toBe(false);
});
