import { describe, expect, it } from 'vitest';
import { maxResources, quotaFaults } from './quota-faults.ts';

/** Where something is wrong, and what. */
const faults = (quota: object) => quotaFaults(quota).map(({ pointer, code }) => `${code} ${pointer}`);

describe('a quantity', () => {
  it.each(['0', '1', '100', '0.5', '1.25', '500m', '64Gi', '1.5Ti', '3k', '2M', '1E', '1e3', '1E3', '12e-3', '7n'])(
    'may be %s',
    (quantity) => {
      expect(faults({ hard: { 'requests.memory': quantity } })).toEqual([]);
    },
  );

  it.each(['', ' 1', '1 Gi', '1\n', '-1', '+1', '1.', '.5', '1gi', '1GB', '1KI', '0x10', 'Gi', '1e', '1e1234', '١', 8])(
    'may not be %j',
    (quantity) => {
      expect(faults({ hard: { memory: quantity } })).toEqual(['is_quantity /quota/hard/memory']);
    },
  );

  it('of what is counted is a whole number', () => {
    const quota = { hard: { pods: '10', 'count/jobs.batch': '10' }, container_max: { 'nvidia.com/gpu': '8' } };
    expect(faults(quota)).toEqual([]);
    const parts = { hard: { pods: '1.5', 'count/jobs.batch': '500m' }, container_max: { 'nvidia.com/gpu': '1k' } };
    expect(faults(parts)).toEqual([
      'quantity_not_whole /quota/hard/pods',
      'quantity_not_whole /quota/hard/count~1jobs.batch',
      'quantity_not_whole /quota/container_max/nvidia.com~1gpu',
    ]);
  });
});

describe('a resource', () => {
  it.each([
    ['hard', 'cpu'],
    ['hard', 'limits.memory'],
    ['hard', 'requests.ephemeral-storage'],
    ['hard', 'requests.nvidia.com/gpu'],
    ['hard', 'requests.hugepages-2Mi'],
    ['hard', 'count/rayjobs.ray.io'],
    ['hard', 'fast.storageclass.storage.k8s.io/requests.storage'],
    ['container_max', 'cpu'],
    ['container_max', 'ephemeral-storage'],
    ['container_max', 'hugepages-1Gi'],
    ['container_max', 'nvidia.com/gpu'],
  ])('of %s may be %s', (field, name) => {
    expect(faults({ [field]: { [name]: '1' } })).toEqual([]);
  });

  it.each([
    ['hard', '', ''],
    ['hard', 'CPU', 'CPU'],
    ['hard', 'gpu', 'gpu'],
    ['hard', 'requests.gpu', 'requests.gpu'],
    ['hard', 'constructor', 'constructor'],
    ['hard', 'a b/c', 'a b~1c'],
    ['hard', 'nvidia.com/gpu', 'nvidia.com~1gpu'],
    ['container_max', 'requests.cpu', 'requests.cpu'],
    ['container_max', 'pods', 'pods'],
    ['container_max', 'requests.nvidia.com/gpu', 'requests.nvidia.com~1gpu'],
    ['container_max', 'kubernetes.io/gpu', 'kubernetes.io~1gpu'],
  ])('of %s may not be %j', (field, name, at) => {
    expect(faults({ [field]: { [name]: '1' } })).toEqual([`resource_name_invalid /quota/${field}/${at}`]);
  });

  it('that would not be applied is refused with the name that would', () => {
    expect(quotaFaults({ hard: { 'nvidia.com/gpu': '8' } })[0]?.message).toContain('`requests.nvidia.com/gpu`');
  });

  it('is one of so many and no more', () => {
    const hard = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`count/r${i}`, '1']));
    expect(faults({ hard: hard(maxResources) })).toEqual([]);
    expect(faults({ hard: hard(maxResources + 1) })).toEqual(['max_properties /quota/hard']);
  });
});
