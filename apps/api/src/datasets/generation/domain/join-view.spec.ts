import { expect, it } from 'vitest';
import { joinView, type ViewSelection } from './join-view.ts';

const view = {
  id: 'id',
  name: 'delays',
  version: 2,
  source_uri: 'file:///delays.parquet',
  entity_keys: ['origin', 'carrier'],
  event_time: 'seen',
  available_at: 'known',
  max_age_seconds: 60,
  tie_break: 'sequence',
  features: [{ name: 'mean' }, { name: 'count' }],
};

const faultsOf = (selection: ViewSelection, spineKeys: string[]) => {
  const faults = joinView(view, selection, spineKeys);
  return Array.isArray(faults) ? faults.map(({ pointer, code }) => [pointer, code]) : faults;
};

it('takes all that the feature store says of the view, and all of its features', () => {
  expect(joinView(view, {}, ['carrier', 'origin', 'plane'])).toEqual({
    id: 'id',
    name: 'delays',
    version: 2,
    uri: 'file:///delays.parquet',
    entity_keys: ['origin', 'carrier'],
    spine_keys: ['origin', 'carrier'],
    event_time: 'seen',
    available_at: 'known',
    max_age_seconds: 60,
    tie_break: 'sequence',
    features: [
      { name: 'mean', column: 'mean' },
      { name: 'count', column: 'count' },
    ],
  });
});

it('pairs the spine’s columns with the keys in the order of the keys, a mapping before an equal name', () => {
  const selection = { entity_mapping: { airline: 'carrier', airport: 'origin' } };
  const join = joinView(view, selection, ['airline', 'airport', 'origin']);
  expect(join).toMatchObject({ entity_keys: ['origin', 'carrier'], spine_keys: ['airport', 'airline'] });
});

it('takes the chosen features in their order, under their prefix', () => {
  const join = joinView(view, { features: ['count', 'mean'], prefix: 'd_' }, ['origin', 'carrier']);
  expect(join).toHaveProperty('features', [
    { name: 'd_count', column: 'count' },
    { name: 'd_mean', column: 'mean' },
  ]);
});

it('takes null for left out', () => {
  const selection = { features: null, prefix: null, entity_mapping: null };
  expect(joinView(view, selection, ['origin', 'carrier'])).toEqual(joinView(view, {}, ['origin', 'carrier']));
});

it.each<[string, ViewSelection, string[], [string, string][]]>([
  ['a key without its column', {}, ['origin'], [['/entity_mapping', 'entity_key_unmatched']]],
  [
    'a column that the spine lacks',
    { entity_mapping: { airport: 'origin' } },
    ['origin', 'carrier'],
    [['/entity_mapping', 'entity_key_unmatched']],
  ],
  [
    'a key that the view lacks',
    { entity_mapping: { 'air/port': 'gate' } },
    ['origin', 'carrier'],
    [['/entity_mapping/air~1port', 'entity_key_unknown']],
  ],
  [
    'two columns for one key',
    { entity_mapping: { from: 'origin', to: 'origin' } },
    ['from', 'to', 'carrier'],
    [['/entity_mapping/to', 'entity_key_ambiguous']],
  ],
  [
    'features that the view lacks',
    { features: ['mean', 'max', 'min'] },
    ['origin', 'carrier'],
    [
      ['/features/1', 'feature_unknown'],
      ['/features/2', 'feature_unknown'],
    ],
  ],
])('refuses %s', (_what, selection, spineKeys, faults) => {
  expect(faultsOf(selection, spineKeys)).toEqual(faults);
});

it('names every fault at once, with what there is to choose from', () => {
  const faults = joinView(view, { features: ['max'] }, ['gate']);
  expect(faults).toMatchObject([
    { code: 'entity_key_unmatched', message: expect.stringContaining('{"<column of the spine>": "origin"}') },
    { code: 'entity_key_unmatched', message: expect.stringContaining('{"<column of the spine>": "carrier"}') },
    { code: 'feature_unknown', message: expect.stringContaining('mean, count') },
  ]);
});
