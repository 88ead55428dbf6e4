import type { DeadLetter } from '@griffin/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PermanentError } from '../permanent-error.ts';
import { deadLetter, letterMessage } from './dead-letter.ts';

const error = new PermanentError('event_invalid', 'Not an event.');

it('keeps any original byte for byte', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        const message = { topic: 'run.completed', key: 'a', value: Buffer.from(bytes) };
        const letter = JSON.parse(letterMessage(deadLetter('api', message, error)).value) as DeadLetter;
        expect(Buffer.from(letter.original ?? '', letter.encoding)).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

it('says who gave up on what, and why', () => {
  const message = { topic: 'run.completed', key: null, value: null };
  expect(letterMessage(deadLetter('lineage', message, error))).toMatchObject({ topic: 'dead-letter', key: '' });
  expect(deadLetter('lineage', message, error)).toMatchObject({
    service: 'lineage',
    topic: 'run.completed',
    key: null,
    error: { code: 'event_invalid', message: 'Not an event.' },
    original: null,
  });
});
