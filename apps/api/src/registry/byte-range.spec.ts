import { expect, it } from 'vitest';
import { readRange } from './byte-range.ts';

it.each([
  ['bytes=0-4', 0, 4],
  ['bytes=2-2', 2, 2],
  ['bytes=3-', 3, 9],
  ['bytes=3-999', 3, 9],
  ['bytes=-4', 6, 9],
  ['bytes=-999', 0, 9],
])('%s of ten bytes is %i to %i', (header, start, end) => {
  expect(readRange(header, 10)).toEqual({ start, end });
});

it.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=-0',
  'bytes=10-',
  'bytes=5-4',
  'bytes=0-1,3-4',
  'lines=0-1',
  'bytes=a-b',
])('%s of ten bytes is the whole', (header) => {
  expect(readRange(header, 10)).toBeUndefined();
});

it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%s of no bytes is the whole', (header) => {
  expect(readRange(header, 0)).toBeUndefined();
});
