import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advanceOwner, decideForOwner, ownerKey, type OwnerMark, type OwnerRef } from './owner.ts';

const ref: OwnerRef = { deployment: 'd', dag_id: 'dag', run_id: 'r', task_id: 't', map_index: -1, epoch: 1, round: 0 };

it('is the same owner whichever of its tries speaks', () => {
  expect(ownerKey({ ...ref, epoch: 7, round: 3 })).toBe(ownerKey(ref));
  expect(ownerKey({ ...ref, map_index: 0 })).not.toBe(ownerKey(ref));
  expect(ownerKey({ ...ref, dag_id: 'a', run_id: 'b' })).not.toBe(ownerKey({ ...ref, dag_id: 'a","b', run_id: '' }));
});

it('never hears a try or round that a later one followed', () => {
  const mark = fc.record({ epoch: fc.nat(5), round: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 20 }), (marks) => {
      let seen: OwnerMark | undefined;
      for (const next of marks) {
        const superseded = seen !== undefined && (next.epoch < seen.epoch || next.round < seen.round);
        const after = advanceOwner(seen, next);
        expect(after).toEqual(superseded ? undefined : next);
        seen = after ?? seen;
      }
    }),
  );
});

it.each([
  [undefined, 0, 'attach', 'create'],
  [{ state: 'RUNNING', round: 0 }, 0, 'attach', 'attach'],
  [{ state: 'RUNNING', round: 0 }, 0, 'reject', 'reject'],
  [{ state: 'RUNNING', round: 0 }, 1, 'attach', 'replace'],
  [{ state: 'RUNNING', round: 0 }, 1, 'reject', 'replace'],
  [{ state: 'TERMINATING', round: 0 }, 0, 'attach', 'wait'],
  [{ state: 'TERMINATING', round: 0 }, 1, 'attach', 'replace'],
] as const)('with %j active, round %i and %s: %s', (active, round, onActive, expected) => {
  expect(decideForOwner(active, { epoch: 1, round }, onActive)).toBe(expected);
});
