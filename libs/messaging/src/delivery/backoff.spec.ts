import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, pause } from './backoff.ts';

it.each([
  [1, 100],
  [2, 200],
  [7, 6_400],
  [8, 10_000],
  [10_000, 10_000],
])('after %i failures waits up to %i ms', (failures, most) => {
  expect(backoffMs(failures, () => 0)).toBe(most);
});

it('takes off up to a half, so that replicas do not try in step', () => {
  const failures = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(failures, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (count, random) => {
      const most = backoffMs(count, () => 0);
      const waited = backoffMs(count, () => random);
      // A random number next to 1 is rounded to a whole half.
      return waited >= most / 2 && waited <= most;
    }),
  );
});

it('a pause ends with its signal', async () => {
  const ending = new AbortController();
  const paused = pause(60_000, ending.signal);
  ending.abort();
  await expect(paused).resolves.toBeUndefined();
  await expect(pause(60_000, ending.signal)).resolves.toBeUndefined();
});
