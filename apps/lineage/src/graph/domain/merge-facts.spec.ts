import { expect, it } from 'vitest';
import { mergeEdges, mergeNodes } from './merge-facts.ts';

it('facts about one node become one, in the order of the nodes’ keys', () => {
  expect(
    mergeNodes([
      { type: 'run', id: '2' },
      { type: 'dataset', id: '1', name: 'flights', version: 1 },
      { type: 'run', id: '1' },
      { type: 'dataset', id: '1', attributes: { row_count: 7 } },
    ]),
  ).toEqual([
    { type: 'dataset', id: '1', name: 'flights', version: 1, attributes: { row_count: 7 } },
    { type: 'run', id: '1' },
    { type: 'run', id: '2' },
  ]);
});

it('an edge said twice is one', () => {
  const edge = {
    from: { type: 'run', id: '1' },
    relation: 'generated',
    to: { type: 'dataset', id: '1' },
  } as const;
  expect(mergeEdges([edge, { ...edge }, { ...edge, relation: 'wasUsedBy' }])).toHaveLength(2);
});
