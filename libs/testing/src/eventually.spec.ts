import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

it('gives the result of the first attempt that does not throw', async () => {
  let attempts = 0;
  const third = () => {
    attempts += 1;
    if (attempts < 3) throw new Error(`attempt ${attempts}`);
    return attempts;
  };
  expect(await eventually(third, { intervalMs: 1 })).toBe(3);
});

it('throws what it threw last once the deadline is past', async () => {
  const never = () => Promise.reject(new Error('still not there'));
  await expect(eventually(never, { timeoutMs: 20, intervalMs: 1 })).rejects.toThrow('still not there');
});
