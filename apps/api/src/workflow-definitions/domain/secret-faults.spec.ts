import { expect, it } from 'vitest';
import { hiddenSecrets, secretFaults } from './secret-faults.ts';

const reference = (env: string) => ({ env, secret: 'huggingface', key: 'token' });
const pointers = (faults: { pointer: string }[]) => faults.map(({ pointer }) => pointer);

it.each([
  [['A', 'B'], { C: '1' }, []],
  [['constructor'], {}, []],
  [['A', 'B', 'A'], {}, ['/secrets/2/env']],
  [['A', 'B'], { B: '' }, ['/secrets/1/env']],
  [['A', 'A'], { A: '1' }, ['/secrets/0/env', '/secrets/1/env']],
])('secrets for %j beside %j: wrong are %j', (names, env, wrong) => {
  expect(pointers(secretFaults(names.map(reference), env))).toEqual(wrong);
});

it('says which secret has the variable already', () => {
  expect(secretFaults([reference('A'), reference('A')], {})[0]?.message).toContain('/secrets/0');
});

it('lets no run take the place of a secret', () => {
  const secrets = [reference('A'), reference('B')];
  expect(hiddenSecrets(secrets, { C: '1' })).toEqual([]);
  expect(hiddenSecrets(secrets)).toEqual([]);
  expect(pointers(hiddenSecrets(secrets, { B: '1', C: '1' }))).toEqual(['/env/B']);
});
