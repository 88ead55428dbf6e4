import { describe, expect, it } from 'vitest';
import { isFree, networkPlan, networkPlans } from './network-plan.ts';

describe('the network plans', () => {
  it('are all there for any checkout, in an order of its own', () => {
    const [one, other] = [networkPlans('00000005'), networkPlans('000000ff')];
    expect(one[0]?.namespace).toBe('griffin-5');
    expect(other.slice(0, 2).map(({ namespace }) => namespace)).toEqual(['griffin-255', 'griffin-0']);
    expect(new Set(other.map(({ link }) => link)).size).toBe(256);
  });

  it('give a link a name that the kernel takes', () => {
    for (const { link } of networkPlans('0')) expect(link.length).toBeLessThan(16);
  });
});

describe('a plan is free', () => {
  const plan = networkPlan(7);

  it.each([[[]], [['default', '10.0.0.0/16']], [['10.201.8.0/30', '10.202.6.0/24']]])('beside %j', (destinations) => {
    expect(isFree(plan, destinations)).toBe(true);
  });

  it.each(['10.201.7.1', '10.201.7.0/30', '10.202.7.128/25', '10.0.0.0/8', '10.202.0.0/16'])(
    'but not beside %s',
    (taken) => {
      expect(isFree(plan, ['default', taken])).toBe(false);
    },
  );
});
