import { expect, it } from 'vitest';
import { settings } from './manifests.fixtures.ts';
import { rayResources, resourcesOf } from './pod-resources.ts';

const asked = { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 0 };

it.each([
  [0.25, '1'],
  [1, '1'],
  [1.5, '2'],
])('lets Ray give away as many CPUs of a pod as a worker that asks for %d of them', (cpu, cpus) => {
  expect(rayResources({ ...asked, cpu })['num-cpus']).toBe(cpus);
});

it('limits the smallest request too', () => {
  const { requests, limits } = resourcesOf({ ...asked, cpu: 0.0001, memory_gib: 0.0001 }, settings);
  expect([requests, limits]).toMatchObject([
    { cpu: '1m', memory: '1Mi' },
    { cpu: '1m', memory: '1Mi' },
  ]);
});
