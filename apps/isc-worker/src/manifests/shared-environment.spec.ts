import { expect, it } from 'vitest';
import { aRunSpec } from '../backend/attempt.fixtures.ts';
import { settings } from './manifests.fixtures.ts';
import { environmentName } from './names.ts';
import {
  environmentConfigMap,
  environmentSecret,
  envFrom,
  notShared,
  sharesEnvironment,
} from './shared-environment.ts';

const definition = (version: number, env?: Record<string, string>) => ({
  ...aRunSpec().definition,
  version,
  ...(env && { env }),
});
const source = (uid: string, resourceVersion: string) => ({ metadata: { name: 'a', uid, resourceVersion } });
const secrets = [{ env: 'TOKEN', secret: 'a', key: 'token' }];

it('is shared where the definition says something', () => {
  expect(sharesEnvironment(aRunSpec({ env: { OF_THE_RUN: '1' } }))).toBe(false);
  expect(sharesEnvironment(aRunSpec({ definition: definition(1, { A: '1' }) }))).toBe(true);
  expect(sharesEnvironment(aRunSpec({ secrets }))).toBe(true);
});

it('has a name of its own for each version and for each state of what it is copied from', () => {
  const one = aRunSpec({ definition: definition(1) });
  const next = aRunSpec({ definition: definition(2) });
  const names = [
    environmentName(one, []),
    environmentName(next, []),
    environmentName(one, [source('x', '1')]),
    environmentName(one, [source('x', '2')]),
    environmentName(one, [source('y', '1')]),
    environmentName(one, [source('x', '1'), source('y', '1')]),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(environmentName(one, [source('x', '1')])).toBe(names[2]);
  // A label has it.
  const longest = environmentName(aRunSpec({ definition: definition(2_147_483_647) }), [source('x', '1')]);
  expect(longest.length).toBeLessThanOrEqual(63);
});

it('takes no word of a user for the platform’s', () => {
  const forged = { GRIFFIN_S3_ENDPOINT: 'http://elsewhere' };
  const spec = aRunSpec({ definition: definition(1, { ...forged, A: '1' }) });
  const configMap = environmentConfigMap('e', spec, settings, new Date());
  expect(configMap.data).toEqual({ A: '1' });
  expect(environmentSecret(configMap, spec, settings, { ...forged, TOKEN: 'eA==' }).data).toEqual({ TOKEN: 'eA==' });
  expect(notShared(forged, spec)).toEqual(forged);
});

it('leaves to the attempt what a run says otherwise', () => {
  const spec = aRunSpec({ definition: definition(1, { A: '1', B: '1' }) });
  expect(notShared({ A: '1', B: '2', C: '1', GRIFFIN_RUN_ID: 'x' }, spec)).toEqual({
    B: '2',
    C: '1',
    GRIFFIN_RUN_ID: 'x',
  });
});

it('is taken before what may be said otherwise', () => {
  expect(envFrom(null)).toEqual([]);
  expect(envFrom({ configMap: 'e', secret: null })).toEqual([{ configMapRef: { name: 'e' } }]);
  expect(envFrom({ configMap: 'e', secret: 's' })).toEqual([
    { configMapRef: { name: 'e' } },
    { secretRef: { name: 's' } },
  ]);
});
