import { expect, it } from 'vitest';
import type { Left, ObservationOf } from '../backend/observation.ts';
import { Stillness, stillForMs } from './stillness.ts';

const attempt = { runId: 'one', attempt: 1 };
const ended = (left: Left): ObservationOf<'ended'> => ({
  kind: 'ended',
  exit: 'stopped',
  exitCode: null,
  reason: null,
  logTail: null,
  left,
});

it('takes an attempt for one that works until nothing of it did for a while', () => {
  const stillness = new Stillness();
  const told = (left: Left, nowMs: number) => stillness.awaited(attempt, ended(left), nowMs);
  expect(told('objects', 5_000)).toEqual(ended('work'));
  expect(told('objects', 5_000 + stillForMs - 1)).toEqual(ended('work'));
  expect(told('objects', 5_000 + stillForMs)).toEqual(ended('objects'));
  expect(told('nothing', 5_001 + stillForMs)).toEqual(ended('nothing'));
});

it('begins anew when a pod was made late', () => {
  const stillness = new Stillness();
  const told = (left: Left, nowMs: number) => stillness.awaited(attempt, ended(left), nowMs);
  expect(told('nothing', 0)).toEqual(ended('work'));
  expect(told('work', 900)).toEqual(ended('work'));
  expect(told('nothing', stillForMs)).toEqual(ended('work'));
  expect(told('nothing', 900 + stillForMs)).toEqual(ended('nothing'));
});

it('has nothing to say of an attempt that goes on', () => {
  const alive = { kind: 'alive', phase: 'running', reason: null, handle: { uid: 'one' }, cluster: null } as const;
  expect(new Stillness().awaited(attempt, alive, 0)).toBe(alive);
});
