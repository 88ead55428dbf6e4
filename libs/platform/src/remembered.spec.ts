import { expect, it } from 'vitest';
import { Remembered } from './remembered.ts';

it('remembers as many as it may, and forgets the first', () => {
  const remembered = new Remembered<number>(2);
  for (const [index, key] of ['a', 'b', 'c'].entries()) remembered.set(key, index);
  expect(['a', 'b', 'c'].map((key) => remembered.get(key))).toEqual([undefined, 1, 2]);
});
