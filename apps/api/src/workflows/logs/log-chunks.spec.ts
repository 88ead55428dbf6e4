import { describe, expect, it } from 'vitest';
import { chunksOf, cutOff, endOf, lastLines, partsBetween } from './log-chunks.ts';

const chunk = (offset: number, size: number) => ({ uri: `file:///l/${String(offset).padStart(20, '0')}.log`, size });

describe('log chunks', () => {
  it('are ordered by offset, whatever else lies there', () => {
    const chunks = chunksOf([chunk(10, 5), { uri: 'file:///l/other.txt', size: 3 }, chunk(0, 10)]);
    expect(chunks.map(({ offset }) => offset)).toEqual([0, 10]);
    expect(endOf(chunks)).toBe(15);
  });

  it('give the parts of any interval', () => {
    const chunks = chunksOf([chunk(0, 10), chunk(10, 5)]);
    expect(partsBetween(chunks, 8, 12).map(({ start, end }) => [start, end])).toEqual([
      [8, 10],
      [0, 2],
    ]);
    expect(partsBetween(chunks, 15, 99)).toEqual([]);
  });
});

it.each([
  ['ascii', Buffer.from('abc'), 0],
  ['a whole character', Buffer.from('aß'), 0],
  ['half of two bytes', Buffer.from('ß').subarray(0, 1), 1],
  ['two of three bytes', Buffer.from('a€').subarray(0, 3), 2],
  ['three of four bytes', Buffer.from('a😀').subarray(0, 4), 3],
  ['nothing', Buffer.alloc(0), 0],
  ['no UTF-8 at all', Buffer.from([0x80, 0x80, 0x80, 0x80]), 0],
])('%s: the right number of bytes is cut off', (_what, bytes, expected) => {
  expect(cutOff(bytes)).toBe(expected);
});

it('the last lines count closed and open lines', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc\n');
  expect(lastLines('a\nb\nc', 2)).toBe('b\nc');
  expect(lastLines('a', 5)).toBe('a');
});
