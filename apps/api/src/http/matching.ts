import { documented } from './documented.ts';

/** Accepts texts of a pattern. `described` says what they are to whoever gave something else. */
export function matching(name: string, pattern: RegExp, described: string, maxLength = Infinity) {
  const validate = (value: unknown) => typeof value === 'string' && value.length <= maxLength && pattern.test(value);
  const defaultMessage = () => `$property must be ${described}`;
  const limit = maxLength < Infinity && { maxLength };
  return documented(
    { name, validator: { validate, defaultMessage } },
    { type: 'string', pattern: pattern.source, ...limit },
  );
}
