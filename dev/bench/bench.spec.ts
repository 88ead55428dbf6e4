import { describe, expect, it } from 'vitest';
import { pgbenchScript } from './pgbench.ts';
import { ratioFigures, ratiosOf } from './ratio.ts';
import { table } from '../docs/markdown-table.ts';
import { render } from './report.ts';
import { transactionWith } from './sent-statements.ts';
import { sizesOf } from './sizes.ts';
import { median, percentile } from './statistics.ts';

describe('statistics', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.95, 95],
    [1, 100],
  ])('percentile %d of 1 to 100 is %d', (p, expected) => {
    expect(percentile(hundred, p)).toBe(expected);
  });

  it('have a median between two, and none of nothing', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
    expect(() => percentile([], 0.5)).toThrow('nothing was measured');
  });
});

it('a ratio is of neighbours in time, and judged by its median', () => {
  const sides = { ours: [10, 40, 30], theirs: [100, 100, 100] };
  expect(ratiosOf(sides)).toEqual({ min: 0.1, median: 0.3, max: 0.4 });
  const [, , ratio] = ratioFigures({ ours: 'a', theirs: 'b', unit: 'c' }, sides, 0.4);
  expect(ratio).toMatchObject({ figure: '0.30 (0.10 to 0.40)', target: { met: false } });
});

describe('the pgbench script', () => {
  const line = (pid: number, text: string) => `2026-01-01 00:00:00.000 UTC [${pid}] ${text}\n`;
  const log = [
    line(1, 'LOG:  statement: START TRANSACTION'),
    line(2, 'LOG:  execute <unnamed>: SELECT 1'),
    line(1, 'LOG:  execute named: INSERT INTO t\n\t  (a, b, c) VALUES ($1, $2, $3)'),
    line(1, `DETAIL:  Parameters: $1 = 'key-aaaaaaaaaaaa', $2 = NULL, $3 = '{"it''s":"key-aaaaaaaaaaaa"}'`),
    line(1, 'LOG:  statement: COMMIT'),
    line(1, 'LOG:  execute <unnamed>: SELECT 2'),
  ].join('');
  const statements = transactionWith('key-aaaaaaaaaaaa', log);

  it('is made of the one transaction with the sign, as PostgreSQL logged it', () => {
    expect(statements.map(({ sql }) => sql)).toEqual([
      'START TRANSACTION',
      'INSERT INTO t\n  (a, b, c) VALUES ($1, $2, $3)',
      'COMMIT',
    ]);
    expect(() => transactionWith('another', log)).toThrow('no transaction');
  });

  it('has the values that were sent, with a number in place of what must differ, and no colon that is not pgbench’s', () => {
    const types = ['text', 'text', 'jsonb'];
    const script = pgbenchScript(
      statements.map((one) => ({ ...one, types })),
      ['key-aaaaaaaaaaaa'],
    );
    expect(script).toContain(
      `INSERT INTO t (a, b, c) VALUES ((E'key-' || :n || E'')::text, NULL::text, ` +
        `(E'{"it''s"\\x3a"key-' || :n || E'"}')::jsonb);`,
    );
  });
});

describe('the report', () => {
  it('aligns its tables', () => {
    expect(table(['a', 'figure'], [['longer', '1']])).toEqual([
      '| a      | figure |',
      '| ------ | ------ |',
      '| longer | 1      |',
    ]);
  });

  it('says first what was missed and what was not measured', () => {
    const target = { text: 'at least 2', met: false };
    const text = render({
      title: 'Benchmarks',
      command: 'make bench',
      date: new Date(0),
      scale: 'small',
      machine: [['Processor', 'one']],
      load: 1,
      measured: [
        { title: 'Speed', method: 'Ran.', figures: [{ what: 'ratio', figure: '1', target }] },
        { title: 'Kafka', method: '', figures: [], skipped: 'no Java' },
      ],
    });
    expect(text).toContain('- Speed, ratio: 1, where the target is at least 2');
    expect(text).toContain('- Kafka: no Java');
    expect(text).not.toContain('## Kafka');
  });
});

it('sizes have names', () => {
  expect([sizesOf().name, sizesOf('small').name]).toEqual(['full', 'small']);
  expect(() => sizesOf('huge')).toThrow('BENCH_SCALE');
});
