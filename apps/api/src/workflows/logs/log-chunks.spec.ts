import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, cutOff, cutOn, endOf, lastLines, readFrom, streamsOf } from './log-chunks.ts';

const folder = 'file:///l';
const chunk = (offset: number, size: number) => ({ uri: `${folder}/${String(offset).padStart(20, '0')}.log`, size });

describe('log chunks', () => {
  it('are ordered by offset, whatever else lies there', () => {
    const chunks = chunksOf(folder, [chunk(10, 5), { uri: 'file:///l/other.txt', size: 3 }, chunk(0, 10)]);
    expect(chunks.map(({ offset }) => offset)).toEqual([0, 10]);
    expect(endOf(chunks)).toBe(15);
  });

  it('are not those of streams below, which are listed by their own names', () => {
    const below = { uri: `${folder}/ray/head-x7k2p/raylet.out/${'0'.repeat(20)}.log`, size: 7 };
    expect(chunksOf(folder, [chunk(0, 10), below])).toHaveLength(1);
    expect(streamsOf('file://', [chunk(0, 10), below, chunk(10, 5)])).toEqual(['l', 'l/ray/head-x7k2p/raylet.out']);
    expect(streamsOf(folder, [chunk(0, 10), below, { uri: `${folder}/ray/other.log`, size: 1 }])).toEqual([
      'ray/head-x7k2p/raylet.out',
    ]);
  });

  it.each([
    {
      from: 0,
      limit: 99,
      start: 0,
      parts: [
        [0, 10],
        [0, 5],
      ],
    },
    {
      from: 8,
      limit: 4,
      start: 8,
      parts: [
        [8, 10],
        [0, 2],
      ],
    },
    { from: 10, limit: 5, start: 10, parts: [[0, 5]] },
    { from: 15, limit: 99, start: 15, parts: [] },
  ])('give $limit bytes from $from on', ({ from, limit, start, parts }) => {
    const read = readFrom(chunksOf(folder, [chunk(0, 10), chunk(10, 5)]), from, limit);
    expect([read.start, read.parts.map((part) => [part.start, part.end])]).toEqual([start, parts]);
  });

  it('end a page before a chunk that was never stored, and the next page begins behind it', () => {
    const chunks = chunksOf(folder, [chunk(0, 10), chunk(20, 5)]);
    expect(readFrom(chunks, 0, 99)).toMatchObject({ start: 0, parts: [{ start: 0, end: 10 }] });
    expect(readFrom(chunks, 10, 99)).toMatchObject({ start: 20, parts: [{ start: 0, end: 5 }] });
  });

  it('however long the pages are, give each byte once and in order', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 12 }), (lengths, limit) => {
        let offset = 0;
        const chunks = chunksOf(
          folder,
          lengths.map((size) => chunk((offset += size) - size, size)),
        );
        let position = 0;
        while (position < offset) {
          const { start, parts } = readFrom(chunks, position, limit);
          expect(start).toBe(position);
          position += parts.reduce((sum, part) => sum + part.end - part.start, 0);
          expect(position).toBe(Math.min(start + limit, offset));
        }
      }),
    );
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

it.each([
  ['ascii', Buffer.from('abc'), 0],
  ['the rest of two bytes', Buffer.from('ßa').subarray(1), 1],
  ['the rest of four bytes', Buffer.from('😀a').subarray(1), 3],
  ['nothing but a rest', Buffer.from('😀').subarray(2), 2],
])('%s: the right number of bytes is cut on', (_what, bytes, expected) => {
  expect(cutOn(bytes)).toBe(expected);
});

it('the last lines count closed and open lines', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc\n');
  expect(lastLines('a\nb\nc', 2)).toBe('b\nc');
  expect(lastLines('a', 5)).toBe('a');
});
