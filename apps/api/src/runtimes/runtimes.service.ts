import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { RunKind } from '@griffin/contracts';
import { InvalidInputError, jsonPointer, NotFoundError, type FieldError } from '@griffin/platform';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Value } from 'typebox/value';
import { RuntimeCatalogue, type Runtime } from './runtime.ts';

export const runtimeCatalogueFile = Symbol('runtime catalogue file');

/** The runtimes of this installation. Its file is read once, at the start, and must be sound. */
@Injectable()
export class RuntimesService {
  private readonly runtimes: Runtime[];
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(@Inject(runtimeCatalogueFile) file: string) {
    this.runtimes = readCatalogue(file).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
    addFormats.default(ajv);
    for (const runtime of this.runtimes) {
      for (const kind of runtime.kinds) {
        this.validators.set(keyOf(runtime, kind), ajv.compile(runtime.config_schema[kind] ?? {}));
      }
    }
  }

  /** By name. */
  list(): Runtime[] {
    return this.runtimes;
  }

  /** Throws `runtime_unknown`, of the part of a request at `pointer` where one asked for it. */
  get(name: string, pointer?: string): Runtime {
    const runtime = this.runtimes.find((candidate) => candidate.name === name);
    if (runtime) return runtime;
    const known = this.runtimes.map((candidate) => candidate.name).join(', ');
    const message = `There is no runtime '${name}'. There are: ${known}.`;
    const errors = pointer === undefined ? [] : [{ pointer, code: 'runtime_unknown', message }];
    throw new NotFoundError('runtime_unknown', message, { errors });
  }

  /** Throws `runtime_unknown` of `/runtime`; refuses at `pointer` a runtime that does not do this kind of run. */
  getFor(kind: RunKind, name: string, pointer: string): Runtime {
    const runtime = this.get(name, '/runtime');
    if (runtime.kinds.includes(kind)) return runtime;
    const message = `the runtime '${name}' does ${runtime.kinds.join(', ')}, and not ${kind}`;
    throw new InvalidInputError([{ pointer, code: 'kind_unsupported', message }]);
  }

  /** What is wrong with a configuration, with pointers below `/config`; empty when nothing is. */
  configErrors(runtime: Runtime, kind: RunKind, config: Record<string, unknown>): FieldError[] {
    const validate = this.validators.get(keyOf(runtime, kind));
    if (!validate || validate(config)) return [];
    return (validate.errors ?? []).map(asFieldError);
  }
}

const keyOf = (runtime: Runtime, kind: RunKind) => `${runtime.name} ${kind}`;

function readCatalogue(file: string): Runtime[] {
  const catalogue: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (Value.Check(RuntimeCatalogue, catalogue)) return catalogue;
  const [first] = Value.Errors(RuntimeCatalogue, catalogue);
  throw new Error(`The runtime catalogue ${file} is not sound: ${first?.instancePath} ${first?.message}`);
}

function asFieldError({ instancePath, keyword, params, message = 'is not valid', ...error }: ErrorObject): FieldError {
  const at = `/config${instancePath}`;
  if (keyword === 'additionalProperties') {
    const pointer = at + jsonPointer([String(params['additionalProperty'])]);
    const { properties = {} } = error.parentSchema as { properties?: object };
    const known = Object.keys(properties).join(', ');
    return { pointer, code: 'unknown_field', message: `is not a setting of this runtime; there are: ${known}` };
  }
  if (keyword === 'required') {
    return { pointer: at + jsonPointer([String(params['missingProperty'])]), code: 'required', message: 'is required' };
  }
  return { pointer: at, code: snakeCase(keyword), message };
}

const snakeCase = (keyword: string) => keyword.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
