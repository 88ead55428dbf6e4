import { expect, it } from 'vitest';
import { hyperparameterFaults } from './hyperparameter-faults.ts';

const faultsOf = (hyperparameter_schema: Record<string, unknown>, defaults: Record<string, unknown> = {}) =>
  hyperparameterFaults({ hyperparameter_schema, defaults }).map(({ pointer, code }) => [pointer, code]);

const schema = '/hyperparameter_schema';

it.each([
  [
    'another dialect',
    { $schema: 'http://json-schema.org/draft-07/schema#' },
    `${schema}/$schema`,
    'dialect_unsupported',
  ],
  ['a dialect that is no text', { $schema: 5 }, `${schema}/$schema`, 'dialect_unsupported'],
  ['a promise', { $async: true }, `${schema}/$async`, 'keyword_unsupported'],
  ['a promise further down', { properties: { a: { $async: true, type: 'integer' } } }, schema, 'schema_unusable'],
  ['a dangling reference', { properties: { a: { $ref: '#/$defs/none' } } }, schema, 'schema_unusable'],
  ['a reference elsewhere', { $ref: 'http://example.com/schema' }, schema, 'schema_unusable'],
  ['the name of the dialect', { $id: 'https://json-schema.org/draft/2020-12/schema' }, schema, 'schema_unusable'],
  ['a circle', { allOf: [{ $ref: '#' }] }, schema, 'schema_unusable'],
  ['no pattern', { properties: { a: { pattern: '(' } } }, schema, 'schema_unusable'],
])('refuses a schema with %s', (_what, given, pointer, code) => {
  expect(faultsOf(given)).toContainEqual([pointer, code]);
});

it.each([
  [
    'a setting that it does not have',
    { additionalProperties: false },
    { eta: 1 },
    '/defaults/eta',
    'additional_properties',
  ],
  ['half of a setting', { properties: { a: { required: ['b'] } } }, { a: {} }, '/defaults/a/b', 'required'],
  ['no date', { properties: { a: { format: 'date' } } }, { a: 'soon' }, '/defaults/a', 'format'],
])('refuses defaults with %s', (_what, given, defaults, pointer, code) => {
  expect(faultsOf(given, defaults)).toEqual([[pointer, code]]);
});

it('lets a schema name its dialect, and defaults lack what it requires', () => {
  expect(faultsOf({ $schema: 'https://json-schema.org/draft/2020-12/schema', required: ['depth'] })).toEqual([]);
});
