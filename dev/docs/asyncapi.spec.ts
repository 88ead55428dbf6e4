import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import { consumedBy, publishedBy, serviceNames } from '@griffin/contracts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { asyncApiDocument } from './asyncapi.ts';

interface Operation {
  action: string;
  channel: { $ref: string };
  tags: { name: string }[];
}

const document = JSON.parse(JSON.stringify(asyncApiDocument('1.2.3')));
const docs = join(import.meta.dirname, '../../docs');
const operations = Object.values(document.operations as Record<string, Operation>);

it('is valid AsyncAPI 3.0, and would not be without its channels', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(specs.schemasWithoutId['3.0.0']);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...document, channels: [] })).toBe(false);
});

it('refers to nothing that is not there', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
  expect(references.length).toBeGreaterThan(40);
  for (const reference of references) expect(resolved(reference ?? ''), reference).toBeTypeOf('object');
});

it('says who sends and who receives as the services themselves have it', () => {
  for (const service of serviceNames) {
    expect(topicsOf(service, 'send')).toEqual([...publishedBy(service), 'dead-letter'].toSorted());
    expect(topicsOf(service, 'receive')).toEqual([...consumedBy(service), `replay.${service}`].toSorted());
  }
});

const topicsOf = (service: string, action: string) =>
  operations
    .filter((operation) => operation.action === action && operation.tags[0]?.name === service)
    .map(({ channel }) => channel.$ref.replace('#/channels/', ''))
    .toSorted();

function resolved(reference: string): unknown {
  if (reference.startsWith('./')) return JSON.parse(readFileSync(join(docs, reference), 'utf8'));
  const steps = reference.replace('#/', '').split('/');
  const target = steps.reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], document);
  const further = (target as { $ref?: string })?.$ref;
  return further ? resolved(further) : target;
}
