import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Accepts finite numbers by name. */
export const IsNumbers = (options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isNumbers',
      validator: {
        validate: isNumbers,
        defaultMessage: () => '$property must map names to numbers, at most 256 of them',
      },
    },
    options,
  );

function isNumbers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const numbers = Object.entries(value);
  return numbers.length <= 256 && numbers.every(([name, number]) => name.length <= 250 && Number.isFinite(number));
}
