import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

it.each([
  ['flights', { name: 'flights', version: null, alias: null }],
  ['flights@3', { name: 'flights', version: 3, alias: null }],
  ['flight_delay.v2@champion', { name: 'flight_delay.v2', version: null, alias: 'champion' }],
])('%s is a reference', (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

it.each(['', '@', '@1', 'flights@', 'flights@0', 'flights@01', 'flights@-1', 'flights@1@2', 'Flights', '../x', 'a/b'])(
  '%j is none',
  (text) => {
    expect(parseReference(text)).toBeUndefined();
  },
);

it('whatever parses is written the same way again', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9.@_-]{1,12}$/), (text) => {
      const reference = parseReference(text);
      fc.pre(reference !== undefined);
      expect(formatReference(reference)).toBe(text);
    }),
  );
});
