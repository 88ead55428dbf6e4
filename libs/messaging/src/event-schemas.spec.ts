import { expect, it } from 'vitest';
import { parseEvent, schemaViolation } from './event-schemas.ts';

const event = {
  specversion: '1.0',
  id: '0192f0c1-0000-7000-8000-000000000001',
  source: '/griffin/local/isc-worker',
  type: 'attempt.progressed',
  subject: '0192f0c1-0000-7000-8000-000000000002',
  time: '2026-11-24T08:00:00.000Z',
  datacontenttype: 'application/json',
  projectid: '0192f0c1-0000-7000-8000-000000000003',
  revision: 1,
  causedby: 'test',
  data: {
    run_id: '0192f0c1-0000-7000-8000-000000000002',
    attempt: 1,
    phase: 'running',
    reason: null,
    observed_at: '2026-11-24T08:00:00.000Z',
  },
};
const read = (topic: string, value: unknown) => parseEvent(topic, Buffer.from(JSON.stringify(value)));

it('reads a valid event, and lets a newer producer add to it', () => {
  expect(read('attempt.progressed', event)).toEqual(event);
  const newer = { ...event, data: { ...event.data, node: 'a' } };
  expect(read('attempt.progressed', newer)).toEqual(newer);
});

it.each([
  ['no value', () => parseEvent('attempt.progressed', null)],
  ['no JSON', () => parseEvent('attempt.progressed', Buffer.from('{'))],
  ['no UTF-8', () => parseEvent('attempt.progressed', Buffer.from([0x22, 0xff, 0x22]))],
  ['no envelope', () => read('attempt.progressed', event.data)],
  ['null', () => read('attempt.progressed', null)],
  ['the event of another topic', () => read('cluster.ready', event)],
  ['data against the schema', () => read('attempt.progressed', { ...event, data: { ...event.data, attempt: 0 } })],
  ['a time that is none', () => read('attempt.progressed', { ...event, time: 'yesterday' })],
])('%s is permanently wrong', (_, attempt) => {
  expect(attempt).toThrow(expect.objectContaining({ name: 'PermanentError', code: 'event_invalid' }));
});

it('an unknown topic is permanently wrong', () => {
  expect(() => read('toString', event)).toThrow(expect.objectContaining({ code: 'event_type_unknown' }));
});

it('says where the violation is', () => {
  expect(schemaViolation('attempt.progressed', event)).toBeUndefined();
  expect(schemaViolation('attempt.progressed', { ...event, data: { ...event.data, attempt: 0 } })).toContain(
    'event/data/attempt',
  );
});
