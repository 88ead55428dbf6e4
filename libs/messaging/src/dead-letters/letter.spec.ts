import type { DeadLetter, LetterMended, LetterSettled } from '@griffin/contracts';
import { expect, it } from 'vitest';
import { letterId, lettersIn, textOf } from './letter.ts';

const at = '2026-11-24T08:00:00.000Z';
const failure = (more: Partial<DeadLetter> = {}): DeadLetter => ({
  service: 'api',
  topic: 'attempt.progressed',
  key: 'a',
  error: { code: 'run_unknown', message: 'No such run.' },
  failed_at: at,
  original: '{}',
  encoding: 'utf-8',
  ...more,
});
const settled = (times: number, outcome: LetterSettled['outcome'] = 'replayed'): LetterSettled => ({
  settles: letterId(failure()),
  times,
  outcome,
  because: null,
  at,
});
const mended = (value: string): LetterMended => ({ mends: letterId(failure()), value, at });
const read = (...entries: object[]) => lettersIn(entries.map((entry) => JSON.stringify(entry)));

it('is one letter, however often its service gave up on the message', () => {
  const later = '2026-11-24T09:00:00.000Z';
  const letters = read(failure(), failure({ service: 'lineage' }), failure({ failed_at: later }));
  expect(letters).toMatchObject([
    { service: 'api', times: 2, first_failed_at: at, last_failed_at: later },
    { service: 'lineage', times: 1 },
  ]);
  expect(letters[0]?.id).not.toBe(letters[1]?.id);
});

it('is settled until its service gives up again, also when that was noted first', () => {
  const states = (...entries: object[]) => read(...entries).map(({ state }) => state);
  expect(states(failure())).toEqual(['open']);
  expect(states(failure(), settled(1))).toEqual(['replayed']);
  expect(states(failure(), settled(1), failure())).toEqual(['open']);
  expect(states(failure(), failure(), settled(1))).toEqual(['open']);
  expect(states(failure(), failure(), settled(2, 'discarded'))).toEqual(['discarded']);
});

it('stands for what it was mended to last', () => {
  const [letter] = read(failure(), mended('{"a":1}'), mended('{"a":2}'));
  expect(letter && textOf(letter)).toBe('{"a":2}');
  const [bytes] = read(failure({ original: '/w==', encoding: 'base64' }));
  expect(bytes && textOf(bytes)).toBeNull();
});

it('leaves out what is no entry of ours, or is about no letter', () => {
  expect(lettersIn(['{', 'null', '{"service":"api"}', JSON.stringify(settled(1))])).toEqual([]);
});
