import { jsonPointer, type FieldError } from '@griffin/platform';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ArchitectureBody } from './architecture.ts';

type Hyperparameters = Pick<ArchitectureBody, 'hyperparameter_schema' | 'defaults'>;

const dialect = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * What is wrong with the schema or the defaults; empty when nothing is. The schema must be one of draft 2020-12 that
 * can be used by itself, and the defaults must satisfy it as far as they go: what they lack, a run may give.
 */
export function hyperparameterFaults({ hyperparameter_schema: schema, defaults }: Hyperparameters): FieldError[] {
  const foreign = foreignKeywords(schema);
  if (foreign.length > 0) return foreign;
  const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false });
  addFormats.default(ajv);
  if (!ajv.validateSchema(schema)) return (ajv.errors ?? []).map((error) => fault('/hyperparameter_schema', error));
  const { required: _laterComplete, ...partial } = schema;
  try {
    const validate = ajv.compile(partial);
    validate(defaults);
    return (validate.errors ?? []).map((error) => fault('/defaults', error));
  } catch (error) {
    return [unusable(error)];
  }
}

/** Another dialect is unknown here, and what `$async` makes is a promise whose refusal nobody would wait for. */
function foreignKeywords({ $schema, $async }: Record<string, unknown>): FieldError[] {
  const faults: FieldError[] = [];
  if ($schema !== undefined && !(typeof $schema === 'string' && dialect.test($schema))) {
    const message = 'must be https://json-schema.org/draft/2020-12/schema';
    faults.push({ pointer: '/hyperparameter_schema/$schema', code: 'dialect_unsupported', message });
  }
  if ($async !== undefined) {
    const message = 'is not a keyword of JSON Schema';
    faults.push({ pointer: '/hyperparameter_schema/$async', code: 'keyword_unsupported', message });
  }
  return faults;
}

/** References that lead nowhere, or in a circle, show only when the schema is compiled or used. */
function unusable(error: unknown): FieldError {
  if (!(error instanceof Error)) throw error;
  return { pointer: '/hyperparameter_schema', code: 'schema_unusable', message: `cannot be used: ${error.message}` };
}

function fault(root: string, { instancePath, keyword, params, message = 'is not valid' }: ErrorObject): FieldError {
  const member = params['additionalProperty'] ?? params['missingProperty'];
  const below = typeof member === 'string' ? jsonPointer([member]) : '';
  const code = root === '/defaults' ? keyword.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase() : 'schema_invalid';
  return { pointer: root + instancePath + below, code, message };
}
