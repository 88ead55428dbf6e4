import { expect, it } from 'vitest';
import { Gathered } from './gathered.ts';

const doubled = (calls: number[][]) =>
  new Gathered<number, number>(async (keys) => {
    calls.push(keys);
    return new Map(keys.filter((key) => key > 0).map((key) => [key, key * 2]));
  });

it('looks up once what is asked for at the same moment, and knows what there is not', async () => {
  const calls: number[][] = [];
  const gathered = doubled(calls);
  const answers = await Promise.all([1, 2, 1, -1].map((key) => gathered.get(key)));
  expect([answers, calls]).toEqual([[2, 4, 2, undefined], [[1, 2, -1]]]);
});

function signal() {
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

it('never answers with what was looked up before the question', async () => {
  const [begun, done] = [signal(), signal()];
  let value = 'old';
  const gathered = new Gathered<number, string>(async (keys) => {
    const answers = new Map(keys.map((key) => [key, value]));
    begun.give();
    await done.given;
    return answers;
  });
  const early = gathered.get(1);
  await begun.given;
  value = 'new';
  const late = gathered.get(1);
  done.give();
  expect(await Promise.all([early, late])).toEqual(['old', 'new']);
});

it('fails for all who asked with the call that failed, and for nobody after them', async () => {
  let fails = true;
  const gathered = new Gathered<number, number>(async () => {
    if (fails) throw new Error('away');
    return new Map([[1, 1]]);
  });
  const outcomes = await Promise.allSettled([gathered.get(1), gathered.get(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await gathered.get(1)).toBe(1);
});

it('begins the calls of all that gather in one turn, so that what they send can go together', async () => {
  const order: string[] = [];
  const noting = (name: string) =>
    new Gathered<number, number>(async () => {
      order.push(name);
      process.nextTick(() => order.push('end of the turn'));
      return new Map();
    });
  await Promise.all([noting('one').get(1), noting('other').get(1)]);
  expect(order.slice(0, 2)).toEqual(['one', 'other']);
});
