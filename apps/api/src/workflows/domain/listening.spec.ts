import { expect, it } from 'vitest';
import { Listening } from './listening.ts';

const at = (seconds: number) => new Date(seconds * 1000);
const listen = (...seconds: number[]) => {
  const listening = new Listening();
  return seconds.map((second) => listening.heard(at(second)));
};

it('counts from the first time on', () => {
  expect(listen(100, 101.4, 116)).toEqual([0, 1, 16]);
});

it('begins anew after a pause, and where the clock went back', () => {
  expect(listen(100, 110, 126, 130)).toEqual([0, 10, 0, 4]);
  expect(listen(100, 110, 109, 111)).toEqual([0, 10, 0, 2]);
});

it('begins anew after a loss', () => {
  const listening = new Listening();
  listening.heard(at(100));
  listening.lost();
  expect(listening.heard(at(101))).toBe(0);
});
