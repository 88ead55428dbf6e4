import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFinerThanMillisecond, parseMoment } from './moment.ts';

it.each([
  ['2013-11-01T04:00Z', '2013-11-01T04:00:00.000Z'],
  ['2013-11-01T04:00:00+04:00', '2013-11-01T00:00:00.000Z'],
  ['2012-02-29T23:59:59.5-00:30', '2012-03-01T00:29:59.500Z'],
  ['2013-11-01T04:00:00.123999Z', '2013-11-01T04:00:00.123Z'],
])('%s is a moment', (text, expected) => {
  expect(parseMoment(text)?.toISOString()).toBe(expected);
});

it.each([
  '',
  'soon',
  '2013-11-01',
  '2013-11-01T04:00:00',
  '20131101T040000Z',
  '2013-W44-5T04:00:00Z',
  '2013-305T04:00:00Z',
  '2013-02-29T00:00:00Z',
  '2013-02-30T00:00:00Z',
  '2013-04-31T00:00:00Z',
  '2013-00-01T00:00:00Z',
  '2013-13-01T00:00:00Z',
  '2013-11-01T24:00:00Z',
  '2013-11-01T04:00:60Z',
  '2013-11-01T04:00:00+24:00',
])('%j is none', (text) => {
  expect(parseMoment(text)).toBeUndefined();
});

it('every moment that can be written is read as itself', () => {
  const years = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
  fc.assert(
    fc.property(fc.date({ ...years, noInvalidDate: true }), (moment) => {
      expect(parseMoment(moment.toISOString())).toEqual(moment);
    }),
  );
});

it.each([
  ['2013-11-01T04:00:00Z', false],
  ['2013-11-01T04:00:00.123Z', false],
  ['2013-11-01T04:00:00.123000Z', false],
  ['2013-11-01T04:00:00.123001Z', true],
])('whether %s is finer than a millisecond: %s', (text, finer) => {
  expect(isFinerThanMillisecond(text)).toBe(finer);
});
