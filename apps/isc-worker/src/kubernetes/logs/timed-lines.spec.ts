import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logStart, TimedLines, type LogPosition } from './timed-lines.ts';

interface Line {
  ms: number;
  text: string;
}

const asTold = (lines: Line[]) =>
  lines.map(({ ms, text }) => `${new Date(ms).toISOString().replace('Z', '123456Z')} ${text}\n`).join('');
const asWritten = (lines: Line[]) => lines.map(({ text }) => `${text}\n`).join('');
/** What Kubernetes gives from the second on. */
const since = (lines: Line[], second: number | null) => lines.filter(({ ms }) => ms >= (second ?? 0) * 1_000);

function read(from: LogPosition, told: Buffer, cuts: number[] = []): { bytes: Buffer; position: LogPosition } {
  const reader = new TimedLines(from);
  const places = [0, ...cuts.map((cut) => cut % (told.length + 1)).toSorted((one, other) => one - other), told.length];
  const parts = places.slice(1).map((end, index) => reader.read(told.subarray(places[index], end)));
  return { bytes: Buffer.concat(parts), position: reader.position };
}

const secondOf = ({ ms }: Line) => Math.floor(ms / 1_000);

const line = fc.record({
  ms: fc.integer({ min: 0, max: 4_000 }),
  text: fc.constantFrom('', 'a', 'one two', '日本語', ' x ', '1970-01-01T00:00:00Z not a time', 'y'.repeat(300)),
});
/** As a node writes it: in order, but for output and errors of the same moment. */
const log = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(28), { maxLength: 3 }))
  .map(([lines, swaps]) => {
    const ordered = lines.toSorted((one, other) => one.ms - other.ms);
    for (const at of swaps) {
      const [one, other] = [ordered[at], ordered[at + 1]];
      if (one && other && secondOf(one) === secondOf(other)) [ordered[at], ordered[at + 1]] = [other, one];
    }
    return ordered;
  });

describe('a log with timestamps', () => {
  it('is what the container wrote, however it is cut on its way', () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat()), (lines, cuts) => {
        expect(read(logStart, Buffer.from(asTold(lines)), cuts).bytes.toString()).toBe(asWritten(lines));
      }),
    );
  });

  it('goes on where it broke off, be that within a line: nothing is lost and nothing comes twice', () => {
    fc.assert(
      fc.property(log, fc.nat(), fc.array(fc.nat()), (lines, where, cuts) => {
        const told = Buffer.from(asTold(lines));
        const first = read(logStart, told.subarray(0, where % (told.length + 1)), cuts);
        const again = Buffer.from(asTold(since(lines, first.position.since)));
        const rest = read(first.position, again, cuts);
        expect(Buffer.concat([first.bytes, rest.bytes]).toString()).toBe(asWritten(lines));
      }),
      { numRuns: 1_000 },
    );
  });

  it('has no line of what Kubernetes says in its place', () => {
    const told = 'unable to retrieve container logs for containerd://0a\n1970-01-01T00:00:01.5+00:00 here\n';
    expect(read(logStart, Buffer.from(told))).toEqual({
      bytes: Buffer.from('here\n'),
      position: { since: 1, bytes: 5 },
    });
  });

  it('that was cut short since gives what is left of it', () => {
    const rotated = asTold([{ ms: 9_000, text: 'newer' }]);
    expect(read({ since: 3, bytes: 1_000 }, Buffer.from(rotated)).bytes.toString()).toBe('newer\n');
  });
});
