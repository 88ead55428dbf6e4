import { expect, it } from 'vitest';
import { searchCondition } from './feature-search.ts';

it('a search for nothing finds everything', () => {
  expect(searchCondition({}).sql).toBe('true');
});

it.each([
  ['wind', '%wind%'],
  ['100%', String.raw`%100\%%`],
  ['w_temp', String.raw`%w\_temp%`],
  [String.raw`a\b`, String.raw`%a\\b%`],
])('looks for %s as it stands', (q, text) => {
  expect(searchCondition({ q }).values).toMatchObject({ text });
});

it('what was typed is never a part of the SQL', () => {
  const typed = `'; DROP TABLE feature_view_version; --`;
  const { sql, values } = searchCondition({ q: typed, tag: typed });
  expect(sql).not.toContain('DROP');
  expect(values).toEqual({ text: String.raw`%'; DROP TABLE feature\_view\_version; --%`, tag: typed });
});
