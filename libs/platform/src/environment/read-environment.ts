import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';

/** Says everything that is wrong with the environment at once, and never a value: it may be a secret. */
export class EnvironmentError extends Error {
  constructor(faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

/**
 * The variables that `schema` declares, converted and with their defaults. An empty variable counts as absent; a PEM may
 * have its line ends escaped as `\n`. Throws one `EnvironmentError` that lists each bad variable and, from the schema's
 * `description`, what it is for.
 */
export function readEnvironment<S extends TObject>(schema: S, env: NodeJS.ProcessEnv = process.env): Static<S> {
  const given = Object.fromEntries(
    Object.keys(schema.properties).flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, unescapePem(value)]];
    }),
  );
  const environment = Value.Convert(schema, Value.Default(schema, given));
  const faults = faultsOf(schema, environment);
  if (faults.length > 0) throw new EnvironmentError(faults);
  return environment as Static<S>;
}

function unescapePem(value: string): string {
  return value.startsWith('-----BEGIN ') ? value.replaceAll('\\n', '\n') : value;
}

function faultsOf(schema: TObject, environment: unknown): string[] {
  const faults = Value.Errors(schema, environment).flatMap((error) => {
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [];
    if (missing.length > 0) return missing.map((name) => explain(schema, name, 'is missing'));
    const name = error.instancePath.slice(1);
    return [explain(schema, name, error.message)];
  });
  return [...new Set(faults)];
}

function explain(schema: TObject, name: string, fault: string): string {
  const property = schema.properties[name];
  const description = property && 'description' in property ? `. It is ${String(property.description)}` : '';
  return `${name} ${fault}${description}`;
}
