import type { Toleration } from '@griffin/contracts';
import { describe, expect, it } from 'vitest';
import { maxSelectors, placementFaults } from './placement-faults.ts';

const long = 'x'.repeat(63);

/** Where something is wrong, and what. */
const faults = (placement: object) => placementFaults(placement).map(({ pointer, code }) => `${code} ${pointer}`);

describe('a node selector', () => {
  it.each([
    ['pool', 'training'],
    ['kubernetes.io/arch', 'arm64'],
    ['example.com/Pool_1.a', 'A_b-c.9'],
    [`example.com/${long}`, long],
    ['constructor', ''],
  ])('may hold %s: %j', (key, value) => {
    expect(faults({ node_selector: { [key]: value } })).toEqual([]);
  });

  it.each([
    ['', 'x', 'label_key_invalid', ''],
    ['a b', 'x', 'label_key_invalid', 'a b'],
    ['-a', 'x', 'label_key_invalid', '-a'],
    ['a/b/c', 'x', 'label_key_invalid', 'a~1b~1c'],
    ['/a', 'x', 'label_key_invalid', '~1a'],
    ['example.com/', 'x', 'label_key_invalid', 'example.com~1'],
    ['Example.com/a', 'x', 'label_key_invalid', 'Example.com~1a'],
    ['a..b/c', 'x', 'label_key_invalid', 'a..b~1c'],
    [`${long}x`, 'x', 'label_key_invalid', `${long}x`],
    [`${'a.'.repeat(130)}a/b`, 'x', 'label_key_invalid', `${'a.'.repeat(130)}a~1b`],
    ['a', 'b c', 'is_label_value', 'a'],
    ['a', '-b', 'is_label_value', 'a'],
    ['a', 'b\n', 'is_label_value', 'a'],
    ['a', `${long}x`, 'is_label_value', 'a'],
    ['a', true, 'is_label_value', 'a'],
    ['a', null, 'is_label_value', 'a'],
  ])('may not hold %j: %j', (key, value, code, at) => {
    expect(faults({ node_selector: { [key]: value } })).toEqual([`${code} /placement/node_selector/${at}`]);
  });

  it('holds so many labels and no more', () => {
    const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'x']));
    expect(faults({ node_selector: labels(maxSelectors) })).toEqual([]);
    expect(faults({ node_selector: labels(maxSelectors + 1) })).toEqual(['max_properties /placement/node_selector']);
  });
});

describe('a toleration', () => {
  it.each<Toleration>([
    { key: 'a' },
    { key: 'a', value: 'b' },
    { key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute' },
    { key: 'a', operator: 'Exists' },
    { operator: 'Exists' },
    { operator: 'Exists', effect: 'NoSchedule' },
  ])('may be %j', (toleration) => {
    expect(faults({ tolerations: [toleration] })).toEqual([]);
  });

  it.each<[Toleration, string]>([
    [{}, 'key'],
    [{ value: 'b' }, 'key'],
    [{ operator: 'Equal', value: 'b' }, 'key'],
    [{ key: 'a', operator: 'Exists', value: 'b' }, 'value'],
    [{ key: 'a', operator: 'Exists', value: '' }, 'value'],
  ])('may not be %j', (toleration, field) => {
    const tolerations: Toleration[] = [{ operator: 'Exists' }, toleration];
    expect(faults({ tolerations })).toEqual([`toleration_unsuited /placement/tolerations/1/${field}`]);
  });
});
