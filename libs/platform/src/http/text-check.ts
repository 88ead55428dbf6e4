import type { FieldError } from '../errors/platform-error.ts';
import { jsonPointer } from '../json/pointer.ts';

const maxDepth = 64;

/**
 * What PostgreSQL cannot store in any text or JSON (a NUL, half a surrogate pair), and nesting so deep that walking it
 * would exhaust the stack: found before anything else looks at the value. Iterative for that reason.
 */
export function storableErrors(value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open: { value: unknown; path: (string | number)[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, path } = next;
    if (typeof current === 'string' && !isStorable(current)) errors.push(unstorable(path));
    if (typeof current !== 'object' || current === null) continue;
    if (path.length >= maxDepth) return [tooDeep(path)];
    for (const [key, member] of Object.entries(current)) {
      if (!isStorable(key)) errors.push(unstorable(path));
      open.push({ value: member, path: [...path, key] });
    }
  }
  return errors;
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
}

function unstorable(path: (string | number)[]): FieldError {
  const message = 'must not hold a NUL character or half a surrogate pair';
  return { pointer: jsonPointer(path), code: 'text_not_storable', message };
}

function tooDeep(path: (string | number)[]): FieldError {
  return { pointer: jsonPointer(path.slice(0, 8)), code: 'too_deep', message: `must not nest over ${maxDepth} levels` };
}
