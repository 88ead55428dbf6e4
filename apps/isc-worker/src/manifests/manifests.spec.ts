import { dumpYaml, type KubernetesObject } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { anAttempt, aRunSpec, needingRay } from '../backend/attempt.fixtures.ts';
import { manifests, settings } from './manifests.fixtures.ts';
import { attemptName, namespaceOf } from './names.ts';
import { definitionObjects } from './namespace.ts';
import { rayJob } from './ray-job.ts';

it.each(Object.entries(manifests))('%s is as its golden file', async (name, objects) => {
  const text = objects.map((object) => dumpYaml(withoutSharing(object))).join('---\n');
  await expect(text).toMatchFileSnapshot(`golden/${name}.yaml`);
});

it('gives an attempt the same names at each time, and names that KubeRay can add to', () => {
  const attempt = { runId: 'ffffffff-ffff-4fff-bfff-ffffffffffff', attempt: 10 };
  expect(attemptName(attempt)).toBe(attemptName(attempt));
  expect(attemptName(attempt).length).toBeLessThanOrEqual(47);
  expect(attemptName(attempt)).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
});

it('gives each definition of each installation a namespace of its own', () => {
  const [one, other] = [aRunSpec(), aRunSpec()];
  const names = [namespaceOf('a', one), namespaceOf('a', other), namespaceOf('b', one), namespaceOf('a', one)];
  expect(new Set(names).size).toBe(3);
  expect(namespaceOf('i'.repeat(32), one).length).toBeLessThanOrEqual(63);
});

it('lets a container that asks for no device or disk have none, whatever it may have at most', () => {
  const container_max = { memory: '64Gi', 'nvidia.com/gpu': '4', 'ephemeral-storage': '100Gi' };
  const objects = definitionObjects(aRunSpec({ quota: { container_max } }), settings);
  expect(objects.find(({ kind }) => kind === 'LimitRange')).toMatchObject({
    spec: {
      limits: [
        {
          type: 'Container',
          max: container_max,
          _default: { 'nvidia.com/gpu': '0' },
          defaultRequest: { 'ephemeral-storage': '0' },
        },
      ],
    },
  });
});

it('lets nothing of what a user says become part of a command', () => {
  const spec = needingRay(aRunSpec({ name: '$(touch x)', env: { A: '`touch x`' }, config: { a: '; touch x' } }));
  const { entrypoint } = rayJob(anAttempt(spec), settings).spec;
  expect(entrypoint).toBe('python -m griffin_runtimes.launch');
});

/** YAML would refer to what two places share. */
function withoutSharing(object: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(object)) as KubernetesObject;
}
