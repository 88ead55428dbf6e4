import { documented } from './documented.ts';

/** Accepts finite numbers by name. */
export const IsNumbers = documented(
  {
    name: 'isNumbers',
    validator: {
      validate: isNumbers,
      defaultMessage: () => '$property must map names to numbers, at most 256 of them',
    },
  },
  { type: 'object', maxProperties: 256, additionalProperties: { type: 'number' } },
);

function isNumbers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const numbers = Object.entries(value);
  return numbers.length <= 256 && numbers.every(([name, number]) => name.length <= 250 && Number.isFinite(number));
}
