import { expect, it } from 'vitest';
import { collisions } from './columns.ts';
import type { ViewJoin } from './generation-config.ts';

const spine = { uri: 'file:///s', entity_keys: ['origin', 'carrier'], event_time: 'at', label: 'late', columns: [] };

function viewOf(name: string, ...features: string[]): ViewJoin {
  const join = { entity_keys: ['origin'], spine_keys: ['origin'], event_time: 'seen', available_at: null };
  const rest = { id: name, name, version: 1, uri: 'file:///v', max_age_seconds: null, tie_break: null };
  return { ...rest, ...join, features: features.map((feature) => ({ name: feature, column: feature })) };
}

const pointersOf = (changes: object, ...views: ViewJoin[]) =>
  collisions({ spine: { ...spine, ...changes }, views }).map(({ pointer }) => pointer);

it('names of their own are fine, and so is a key or the time that is kept as a feature', () => {
  expect(pointersOf({ columns: ['distance'] }, viewOf('weather', 'temp'), viewOf('planes', 'seats'))).toEqual([]);
  expect(pointersOf({ columns: ['carrier', 'at'] })).toEqual([]);
});

it.each([
  ['a kept column', { columns: ['late'] }],
  ['a key', { label: 'origin' }],
  ['the time', { label: 'at' }],
  ['a kept column in other letters', { columns: ['LATE'] }],
])('the label may not be %s: it would give itself away', (_what, changes) => {
  expect(pointersOf(changes)).toEqual(['/spine/label']);
});

it('names that differ only in the case of their letters are one', () => {
  expect(pointersOf({ columns: ['distance', 'Distance'] })).toEqual(['/spine/columns/1']);
  expect(pointersOf({ event_time: 'ORIGIN' })).toEqual(['/spine/event_time']);
  expect(pointersOf({}, viewOf('weather', 'Temp'), viewOf('sea', 'temp'))).toEqual(['/features/1']);
});

it.each(['origin', 'carrier', 'at', 'late', 'distance', 'LATE'])(
  'a feature may not be called as the spine’s %s',
  (name) => {
    expect(pointersOf({ columns: ['distance'] }, viewOf('weather', 'temp', name))).toEqual(['/features/0']);
  },
);

it('says which two meet, and what to do', () => {
  const [fault] = collisions({ spine, views: [viewOf('weather', 'temp'), viewOf('sea', 'temp')] });
  expect(fault).toEqual({
    pointer: '/features/1',
    code: 'column_ambiguous',
    message: "gives a column 'temp', as weather@1 does. Set a prefix for its features, or choose others",
  });
});
