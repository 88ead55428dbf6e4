import { documented } from './documented.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const maxVariables = 256;
const maxValueLength = 8192;

const reserved = /^(GRIFFIN_|RAY_|LD_)/;

/** Accepts environment variables for a run: not those that the platform itself sets. */
export const IsEnvironment = documented(
  {
    name: 'isEnvironment',
    validator: {
      validate: isEnvironment,
      defaultMessage: () =>
        '$property must map names of variables (letters, digits, _; not GRIFFIN_*, RAY_* or LD_*) to texts without NUL',
    },
  },
  {
    type: 'object',
    maxProperties: maxVariables,
    additionalProperties: { type: 'string', maxLength: maxValueLength },
    description: 'By names of letters, digits and _; not GRIFFIN_*, RAY_* or LD_*.',
  },
);

/** Accepts the name of one. */
export const IsVariableName = documented(
  {
    name: 'isVariableName',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isSoundName(value),
      defaultMessage: () =>
        '$property must be the name of a variable: letters, digits and _, not a digit first, at most 128 characters, and not GRIFFIN_*, RAY_* or LD_*',
    },
  },
  { type: 'string', pattern: namePattern.source },
);

function isEnvironment(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const variables = Object.entries(value);
  return variables.length <= maxVariables && variables.every(([name, text]) => isSoundName(name) && isSoundText(text));
}

const isSoundName = (name: string) => namePattern.test(name) && !reserved.test(name);
const isSoundText = (text: unknown) =>
  typeof text === 'string' && text.length <= maxValueLength && !text.includes('\0');
