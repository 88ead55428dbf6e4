import { RunKind, type ModelInput } from '@griffin/contracts';
import { describe, expect, it } from 'vitest';
import { missingNeeds } from './run-needs.ts';
import { runId } from './run.fixtures.ts';

const model: ModelInput = { type: 'model', id: runId, name: 'delays', version: 1, uri: 'file:///model' };

describe('a run', () => {
  it.each([
    [RunKind.Train, ['/inputs/dataset', '/outputs/model']],
    [RunKind.BatchInfer, ['/inputs/dataset', '/inputs/model']],
    [RunKind.GenerateDataset, []],
    [RunKind.Custom, []],
  ])('of the kind %s that says nothing lacks %j', (kind, pointers) => {
    expect(missingNeeds({ kind, inputs: [], outputs: {} }).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('lacks only what is not there', () => {
    expect(missingNeeds({ kind: 'batch-infer', inputs: [model], outputs: {} })).toEqual([
      {
        pointer: '/inputs/dataset',
        code: 'required',
        message: 'is required of a run of the kind batch-infer, by its definition or by itself',
      },
    ]);
  });
});
