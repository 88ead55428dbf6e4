import type { SecretReference } from '@griffin/contracts';
import type { FieldError } from '@griffin/platform';

/** Variables that are said twice. What single fields may be is the DTO's. */
export function secretFaults(secrets: SecretReference[], env: Record<string, string>): FieldError[] {
  return secrets.flatMap((reference, index) => {
    const pointer = `/secrets/${index}/env`;
    if (Object.hasOwn(env, reference.env)) {
      const message = `'${reference.env}' is among /env already: give the variable a value there, or a secret here`;
      return [{ pointer, code: 'variable_twice', message }];
    }
    const first = secrets.findIndex((other) => other.env === reference.env);
    const message = `'${reference.env}' is the variable of /secrets/${first} already`;
    return first < index ? [{ pointer, code: 'variable_twice', message }] : [];
  });
}

/** Variables of a run that would take the place of its definition's secrets. */
export function hiddenSecrets(secrets: SecretReference[], env: Record<string, string> = {}): FieldError[] {
  const hidden = secrets.filter((reference) => Object.hasOwn(env, reference.env));
  return hidden.map((reference) => ({
    pointer: `/env/${reference.env}`,
    code: 'variable_of_secret',
    message: `is a secret of the definition: leave it out, or submit by a definition that does not name it`,
  }));
}
