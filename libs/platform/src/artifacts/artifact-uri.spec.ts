import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArtifactUriRefused } from './artifact-store.ts';
import { normalizedRoot, segmentsBelow, uriBelow } from './artifact-uri.ts';

const root = 's3://bucket/griffin';

it.each([
  ['s3://bucket/griffin/', root],
  ['s3://bucket', 's3://bucket'],
  ['file:///data//', 'file:///data'],
])('the root %s is %s', (given, expected) => {
  expect(normalizedRoot(given)).toBe(expected);
});

describe('a URI below the root', () => {
  it('is its segments, decoded', () => {
    expect(segmentsBelow(root, `${root}/runs/a%20b/dt=2013-01-01/0.log`)).toEqual([
      'runs',
      'a b',
      'dt=2013-01-01',
      '0.log',
    ]);
  });

  it('is the inverse of naming one', () => {
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter(
        (text) => !['.', '..'].includes(text) && !['\u0000', '/', '\\', '?', '#'].some((bad) => text.includes(bad)),
      );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (segments) => {
        expect(segmentsBelow(root, uriBelow(root, segments))).toEqual(segments);
      }),
    );
  });
});

it.each([
  root,
  `${root}/`,
  `${root}-other/a`,
  's3://other/griffin/a',
  'file:///etc/passwd',
  `${root}/../secret`,
  `${root}/runs/../../../etc/passwd`,
  `${root}/runs/%2e%2e/%2E%2E/etc`,
  `${root}/runs/..%2f..%2fetc`,
  `${root}/runs/..\\..\\etc`,
  `${root}/a//b`,
  `${root}/./a`,
  `${root}/a%00.json`,
  `${root}/a\u0000`,
  `${root}/%zz`,
  `${root}/a?versionId=1`,
])('%j is refused', (uri) => {
  expect(() => segmentsBelow(root, uri)).toThrow(ArtifactUriRefused);
});
