import { ValidateBy, type ValidationOptions } from 'class-validator';
import { aliasPattern, dnsLabelPattern, namePattern, parseReference } from './reference.ts';

/** Accepts `name@version` or `name`. */
export const IsVersionReference = (options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isVersionReference',
      validator: {
        validate: (value) => typeof value === 'string' && parseReference(value)?.alias === null,
        defaultMessage: () => '$property must be a reference as name@version or name',
      },
    },
    options,
  );

/** Accepts `name@version`, `name@alias` or `name`. */
export const IsModelReference = (options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isModelReference',
      validator: {
        validate: (value) => typeof value === 'string' && parseReference(value) !== undefined,
        defaultMessage: () => '$property must be a reference as name@version, name@alias or name',
      },
    },
    options,
  );

/** Accepts the name of something that has versions. */
export const IsName = matching(
  'isName',
  namePattern,
  'lower-case letters, digits and inner . _ -, at most 63 characters',
);

/** Accepts a DNS label. */
export const IsDnsLabel = matching(
  'isDnsLabel',
  dnsLabelPattern,
  'a DNS label: a lower-case letter, then lower-case letters, digits and inner -, at most 63 characters',
);

/** What an alias is, for whoever gave something else. */
export const aliasRule =
  'an alias: a lower-case letter, then lower-case letters, digits, _ and -, at most 63 characters';

/** Accepts an alias of a model version. */
export const IsAlias = matching('isAlias', aliasPattern, aliasRule);

function matching(name: string, pattern: RegExp, described: string) {
  return (options?: ValidationOptions) =>
    ValidateBy(
      {
        name,
        validator: {
          validate: (value) => typeof value === 'string' && pattern.test(value),
          defaultMessage: () => `$property must be ${described}`,
        },
      },
      options,
    );
}
