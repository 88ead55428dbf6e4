import { isFinerThanMillisecond, parseMoment } from '../../../moments/moment.ts';
import { dnsLabelPattern } from '../../../references/reference.ts';
import { pointerTo, type Fault } from './fault.ts';
import type { Split } from './generation-config.ts';

/** The splits of a request. Each is a half-open interval of event time with at least one end; no two may overlap. */
export function readSplits(given: Record<string, unknown>): Record<string, Split> | Fault[] {
  const entries = Object.entries(given);
  if (entries.length === 0) {
    return [{ pointer: '', code: 'required', message: 'must name at least one split, as {"train": {"until": "..."}}' }];
  }
  const faults = entries.flatMap(([name, split]) => faultsOf(name, split));
  if (faults.length > 0) return faults;
  const splits = entries.map(([name, split]): [string, Split] => [name, normalised(split as Record<string, string>)]);
  const overlapping = overlaps(splits);
  return overlapping.length > 0 ? overlapping : Object.fromEntries(splits);
}

const ends = ['from', 'until'];

function faultsOf(name: string, split: unknown): Fault[] {
  const pointer = pointerTo(name);
  if (!dnsLabelPattern.test(name)) {
    return [{ pointer, code: 'name_invalid', message: 'must be lower-case letters, digits and hyphens' }];
  }
  if (typeof split !== 'object' || split === null || Array.isArray(split)) {
    return [{ pointer, code: 'is_object', message: 'must be an object with `from`, `until` or both' }];
  }
  const unknown = Object.keys(split).filter((key) => !ends.includes(key));
  const wrong = Object.entries(split).filter(([key, value]) => ends.includes(key) && !isEnd(value));
  const faults = [
    ...unknown.map((key) => ({
      pointer: `${pointer}${pointerTo(key)}`,
      code: 'unknown_field',
      message: 'is not a field known here',
    })),
    ...wrong.map(([key]) => ({
      pointer: `${pointer}/${key}`,
      code: 'is_moment',
      message: 'must be a moment with its zone, to the millisecond, as 2013-11-01T04:00:00Z',
    })),
  ];
  if (faults.length > 0 || Object.keys(split).length > 0) return faults;
  return [{ pointer, code: 'required', message: 'must have `from`, `until` or both' }];
}

function isEnd(value: unknown): boolean {
  return typeof value === 'string' && parseMoment(value) !== undefined && !isFinerThanMillisecond(value);
}

function normalised({ from, until }: Record<string, string>): Split {
  const utc = (text: string | undefined) => (text === undefined ? null : new Date(text).toISOString());
  return { from: utc(from), until: utc(until) };
}

function overlaps(splits: [string, Split][]): Fault[] {
  const start = ({ from }: Split) => (from === null ? -Infinity : Date.parse(from));
  const end = ({ until }: Split) => (until === null ? Infinity : Date.parse(until));
  return splits.flatMap(([name, split], index) => {
    if (start(split) >= end(split)) {
      return [{ pointer: `/${name}`, code: 'split_empty', message: 'must begin before it ends' }];
    }
    const other = splits
      .slice(0, index)
      .find(([, earlier]) => start(split) < end(earlier) && start(earlier) < end(split));
    if (!other) return [];
    return [
      { pointer: `/${name}`, code: 'splits_overlap', message: `has rows in common with the split '${other[0]}'` },
    ];
  });
}
