import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFault } from './fault.ts';
import { readSplits } from './splits.ts';

const [january, march, may] = ['2013-01-01T00:00:00Z', '2013-03-01T00:00:00Z', '2013-05-01T00:00:00Z'];

const faultsOf = (splits: Record<string, unknown>) => {
  const read = readSplits(splits);
  return Array.isArray(read) ? read.map(({ pointer, code }) => [pointer, code]) : read;
};

it('reads half-open spans in UTC, which may touch', () => {
  expect(readSplits({ train: { until: '2013-03-01T02:00:00+02:00' }, test: { from: march, until: may } })).toEqual({
    train: { from: null, until: '2013-03-01T00:00:00.000Z' },
    test: { from: '2013-03-01T00:00:00.000Z', until: '2013-05-01T00:00:00.000Z' },
  });
});

it.each<[string, Record<string, unknown>, [string, string][]]>([
  ['none at all', {}, [['', 'required']]],
  ['a name in capitals', { Train: { until: march } }, [['/Train', 'name_invalid']]],
  ['a name with a slash', { 'a/b': { until: march } }, [['/a~1b', 'name_invalid']]],
  ['no object', { train: march }, [['/train', 'is_object']]],
  ['a list', { train: [march] }, [['/train', 'is_object']]],
  ['no ends', { train: {} }, [['/train', 'required']]],
  ['another field', { train: { until: march, 'share/of': 0.8 } }, [['/train/share~1of', 'unknown_field']]],
  ['a time without a zone', { train: { until: '2013-03-01T00:00:00' } }, [['/train/until', 'is_moment']]],
  ['a day that does not exist', { train: { until: '2013-02-30T00:00:00Z' } }, [['/train/until', 'is_moment']]],
  ['microseconds', { train: { from: '2013-03-01T00:00:00.000001Z' } }, [['/train/from', 'is_moment']]],
  ['null for an end', { train: { from: null, until: march } }, [['/train/from', 'is_moment']]],
  ['an end before its beginning', { train: { from: march, until: january } }, [['/train', 'split_empty']]],
  ['no time at all', { train: { from: march, until: march } }, [['/train', 'split_empty']]],
  ['two that overlap', { train: { until: may }, test: { from: march } }, [['/test', 'splits_overlap']]],
  [
    'one within another',
    { test: { from: january, until: may }, train: { from: march, until: '2013-04-01T00:00:00Z' } },
    [['/train', 'splits_overlap']],
  ],
])('refuses %s', (_what, splits, faults) => {
  expect(faultsOf(splits)).toEqual(faults);
});

it('accepts spans exactly when no moment lies in two of them', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 6 }));
  const day = (number: number) => new Date(Date.UTC(2013, 0, 1 + number)).toISOString();
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), (spans) => {
      const splits = spans.map(([from, days], index) => [`s${index}`, { from: day(from), until: day(from + days) }]);
      const days = spans.flatMap(([from, count]) => Array.from({ length: count }, (_, index) => from + index));
      const read = readSplits(Object.fromEntries(splits));
      expect(Array.isArray(read) && read.every(isFault)).toBe(new Set(days).size < days.length);
    }),
  );
});
