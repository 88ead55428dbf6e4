import fc from 'fast-check';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { BadRequestError } from '../errors/platform-error.ts';
import { canonicalDigest, canonicalJson } from './canonical.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { jsonPointer } from './pointer.ts';

describe('canonical JSON', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    // The sorting example of RFC 8785: UTF-16 code units, so the surrogate pair comes before U+FB33.
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6 },
      '{"\\r":2,"1":4,"\u0080":6,"€":1,"😀":5,"\ufb33":3}',
    ],
    [[Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('%j', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it.each([[Number.NaN], [Infinity], ['\ud800'], [{ a: 1n }], [[undefined]], [{ '\udc00': 1 }]])(
    'refuses what JSON cannot hold: case %#',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );

  it('is the same for every order of keys, and JSON still reads it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalDigest(reversed)).toBe(canonicalDigest(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('a cursor', () => {
  const Position = Type.Object({ created_at: Type.String(), id: Type.Integer() });

  it('comes back as it went', () => {
    const position = { created_at: '2026-01-01', id: 7 };
    expect(decodeCursor(encodeCursor(position), Position)).toEqual(position);
  });

  it.each(['', 'x', '%', encodeCursor({ id: 'seven' }), Buffer.from('null').toString('base64url')])(
    'that was forged is refused: %s',
    (cursor) => {
      expect(() => decodeCursor(cursor, Position)).toThrow(BadRequestError);
    },
  );
});

it('a JSON pointer escapes its separators', () => {
  expect(jsonPointer(['files', 0, 'a/b~c'])).toBe('/files/0/a~1b~0c');
  expect(jsonPointer([])).toBe('');
});
