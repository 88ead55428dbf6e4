import { expect, it } from 'vitest';
import { readClosingLine, sum } from './tally.ts';

it('reads what a tier says at its end, and nothing else', () => {
  expect(readClosingLine('12 passed, 1 failed, 3 skipped')).toEqual({ passed: 12, failed: 1, skipped: 3 });
  expect(readClosingLine('12 passed, 0 failed')).toEqual({ passed: 12, failed: 0, skipped: 0 });
  expect(readClosingLine('Tests  12 passed (12)')).toBeUndefined();
});

it('adds tallies up', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
});
