import type { V1Secret } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { secretValue } from './secret-values.ts';

const reference = { env: 'HF_TOKEN', secret: 'huggingface', key: 'token' };
const project = { project_id: '0198c6a0-0000-7000-8000-000000000001', project_name: 'flights' };
const base64 = (value: string | Buffer) => Buffer.from(value).toString('base64');
const source = (projects?: string, data: Record<string, string> = { token: base64('secret-value') }): V1Secret => ({
  metadata: {
    name: 'huggingface',
    ...(projects !== undefined && { annotations: { 'griffin.dev/projects': projects } }),
  },
  data,
});
const ask = (given: V1Secret | undefined, whose: typeof project | { project_id: string } = project) =>
  secretValue(reference, given, whose, 'griffin-secrets');

describe('a secret is allowed to', () => {
  it.each(['*', 'flights', project.project_id, 'other, flights', `other,${project.project_id}`, 'other,*'])(
    'the project by %j',
    (projects) => {
      expect(ask(source(projects))).toEqual({ value: base64('secret-value') });
    },
  );

  it.each([undefined, '', ',', 'other', 'flights-2', 'flight', 'Flights', 'flights other', 'f*'])(
    'nobody else by %j',
    (projects) => {
      const answer = ask(source(projects));
      expect(answer).toHaveProperty('fault');
      expect(JSON.stringify(answer)).toContain("'huggingface' for the variable HF_TOKEN is not allowed to the project");
    },
  );

  it('no project whose name is not said, but by its id', () => {
    expect(ask(source('flights,'), { project_id: project.project_id })).toHaveProperty('fault');
    expect(ask(source(project.project_id), { project_id: project.project_id })).toHaveProperty('value');
  });
});

describe('what is wrong is said, and never a value', () => {
  it.each([
    ['there is none', undefined, 'There is no secret'],
    ['it has no such key', source('*', { other: base64('secret-value') }), "no key 'token'. Its keys: other."],
    ['it has no key', source('*', {}), 'Its keys: none'],
    ['it is no text', source('*', { token: base64(Buffer.from([0xff, 0xfe])) }), 'is no text'],
    ['it has a NUL', source('*', { token: base64('secret-value\0') }), 'is no text'],
    ['it is too long', source('*', { token: base64('secret-value'.repeat(10_000)) }), '64 KiB'],
    ['it is not allowed', source('other', { token: base64('secret-value') }), 'griffin.dev/projects'],
  ])('when %s', (_, given, message) => {
    const answer = JSON.stringify(ask(given));
    expect(answer).toContain(message);
    expect(answer).toContain('huggingface');
    for (const value of ['secret-value', base64('secret-value')]) expect(answer).not.toContain(value);
  });
});

it('may be empty', () => {
  expect(ask(source('*', { token: '' }))).toEqual({ value: '' });
});
