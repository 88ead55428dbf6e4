import type { SecretReference } from '@griffin/contracts';
import { canonicalDigest } from '@griffin/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectId, runId } from './run.fixtures.ts';
import { resolveSpec, resourceFaults, type SpecLayers } from './resolve-spec.ts';

const resources = { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 2, ssd_gib: 0 };
const identity = { runId, projectId, name: 'delays', artifactRoot: 'file:///artifacts' };
const layers: SpecLayers = {
  runtime: {
    name: 'xgboost',
    version: '1',
    image: 'griffin/xgboost:1',
    needs_ray: true,
    default_config: { train: { a: 'runtime', b: 'runtime', c: 'runtime', d: 'runtime' } },
    default_resources: resources,
  },
  architecture: {
    id: runId,
    name: 'boosted',
    version: 1,
    framework: 'xgboost',
    code: 'git@1234',
    defaults: { b: 'architecture', c: 'architecture', d: 'architecture' },
  },
  definition: {
    id: projectId,
    name: 'delays',
    version: 3,
    stage: 'production',
    kind: 'train',
    config: { c: 'definition', d: 'definition' },
    resources: { cpu: 2, memory_gib: 4 },
    env: { A: 'definition', B: 'definition' },
    limits: { max_attempts: 3 },
    outputs: { model: { name: 'definition' } },
  },
  run: {
    config: { d: 'run' },
    resources: { memory_gib: 8 },
    env: { B: 'run' },
    outputs: { model: { name: 'run' } },
    seed: 7,
  },
};

const resolve = (run: SpecLayers['run'] = layers.run, more: Partial<SpecLayers> = {}, given = identity) =>
  resolveSpec(given, { ...layers, ...more, run }, [], canonicalDigest);

describe('a spec', () => {
  it('takes each setting from the last layer that says it', () => {
    expect(resolve()).toMatchObject({
      config: { a: 'runtime', b: 'architecture', c: 'definition', d: 'run' },
      resources: { ...resources, cpu: 2, memory_gib: 8 },
      env: { A: 'definition', B: 'run' },
      limits: { max_attempts: 3, run_timeout_seconds: 86_400 },
      outputs: { model: { name: 'run' } },
      code: 'git@1234',
      seed: 7,
    });
  });

  it('has one attempt, a day and seed 0 when nobody says otherwise', () => {
    const definition = { ...layers.definition, limits: {} };
    const spec = resolve({}, { definition, architecture: null });
    expect(spec).toMatchObject({ limits: { max_attempts: 1, run_timeout_seconds: 86_400 }, seed: 0, code: null });
  });
});

describe('where runs are', () => {
  const where = {
    authorization: { service_account: 'flights', roles: ['reads-secrets'] },
    placement: { node_selector: { pool: 'training' }, priority_class: 'training-high' },
    quota: { hard: { pods: '100' } },
  };

  it('is said by their definition, and is not part of the work', () => {
    const spec = resolve(layers.run, { definition: { ...layers.definition, ...where } });
    expect(spec).toMatchObject(where);
    expect(spec.digest).toBe(resolve().digest);
  });

  it.each([
    ['nothing', {}],
    ['as versions from before there was any', { authorization: {} }],
    ['nothing in many words', { authorization: { roles: [] }, placement: { tolerations: [] }, quota: { hard: {} } }],
  ])('is not in a spec whose definition says %s', (_what, said) => {
    const spec = resolve(layers.run, { definition: { ...layers.definition, ...said } });
    expect(Object.keys(spec)).toEqual(Object.keys(resolve()));
    expect(spec).not.toHaveProperty('authorization');
  });
});

describe('secrets', () => {
  const [one, other] = ['B', 'A'].map((env) => ({ env, secret: 'huggingface', key: 'token' }));
  const withSecrets = (...secrets: SecretReference[]) =>
    resolve(layers.run, { definition: { ...layers.definition, secrets } });

  it('are references of the definition, in one order, and part of the work', () => {
    const spec = withSecrets(one!, other!);
    expect(spec.secrets).toEqual([other, one]);
    expect(spec.digest).toBe(withSecrets(other!, one!).digest);
    const digests = [spec, withSecrets(one!), withSecrets({ ...one!, key: 'other' }), resolve()];
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(4);
  });

  it('that are none leave a spec and its digest as they were', () => {
    expect(withSecrets()).toEqual(resolve());
    expect(withSecrets()).not.toHaveProperty('secrets');
  });
});

describe('the environment that runs share', () => {
  it('is what the definition says, whatever a run says otherwise', () => {
    expect(resolve().definition.env).toEqual({ A: 'definition', B: 'definition' });
    expect(resolve().env).toEqual({ A: 'definition', B: 'run' });
  });
});

describe('the digest', () => {
  it('is the same for the same work, whoever does it and whatever it is called', () => {
    const definition = { ...layers.definition, version: 4, name: 'other', limits: { max_attempts: 9 } };
    const other = { ...identity, runId: projectId, name: 'again', artifactRoot: 's3://elsewhere' };
    expect(resolve(layers.run, { definition }, other).digest).toBe(resolve().digest);
    const ordered = { ...layers.run, config: { d: 'run', c: 'definition' } };
    expect(resolve(ordered).digest).toBe(resolve().digest);
  });

  it.each([
    ['seed', { ...layers.run, seed: 8 }],
    ['config', { ...layers.run, config: { d: 'other' } }],
    ['resources', { ...layers.run, resources: { memory_gib: 9 } }],
    ['env', { ...layers.run, env: { B: 'other' } }],
  ])('is another one for another %s', (_what, run) => {
    expect(resolve(run).digest).not.toBe(resolve().digest);
  });

  it('is another one for another architecture or runtime', () => {
    const architecture = { ...layers.architecture!, version: 2 };
    const runtime = { ...layers.runtime, image: 'griffin/xgboost:2' };
    const digests = [resolve(), resolve(layers.run, { architecture }), resolve(layers.run, { runtime })];
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(3);
  });

  it('does not depend on which layer said a setting', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
        const silent = { ...layers.definition, config: {} };
        const byRun = resolve({ config }, { definition: silent });
        const byDefinition = resolve({}, { definition: { ...silent, config } });
        expect(byRun.digest).toBe(byDefinition.digest);
      }),
    );
  });
});

it.each([
  [true, 0, ['/resources/workers']],
  [true, 1, []],
  [false, 0, []],
  [false, 1, ['/resources/workers']],
])('a runtime that needs Ray (%s) with %i workers: %j', (needs_ray, workers, pointers) => {
  const spec = resolve({ resources: { workers } }, { runtime: { ...layers.runtime, needs_ray } });
  expect(resourceFaults(spec).map(({ pointer }) => pointer)).toEqual(pointers);
});

it.each([
  [0, 'a100', ['/resources/gpu_type']],
  [0, null, []],
  [1, 'a100', []],
  [1, null, []],
])('%i GPUs of the type %j: %j', (gpu, gpu_type, pointers) => {
  const spec = resolve({ resources: { gpu, gpu_type } });
  expect(resourceFaults(spec).map(({ pointer }) => pointer)).toEqual(pointers);
});
