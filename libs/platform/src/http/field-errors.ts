import type { ValidationError } from '@nestjs/common';
import type { FieldError } from '../errors/platform-error.ts';
import { jsonPointer } from '../json/pointer.ts';

/** class-validator's tree of errors as a flat list with JSON pointers; an array's index is a segment like any other. */
export function fieldErrors(errors: readonly ValidationError[], path: readonly string[] = []): FieldError[] {
  return errors.flatMap((error) => {
    const here = error.property === undefined ? path : [...path, error.property];
    return [...ownErrors(error, here), ...fieldErrors(error.children ?? [], here)];
  });
}

function ownErrors(error: ValidationError, path: readonly string[]): FieldError[] {
  const pointer = jsonPointer(path);
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    return [{ pointer, code: 'unknown_field', message: 'is not a field known here' }];
  }
  if (error.value === undefined && Object.keys(constraints).length > 0) {
    return [{ pointer, code: 'required', message: 'is required' }];
  }
  // Decorators run from the lowest up, so the last rule is the one that is written first: the type's. What a value of a
  // wrong type breaks besides says nothing more; nor does that its members cannot be looked at.
  const rules = Object.entries(constraints);
  const broken = rules.findLast(([rule]) => rule !== 'nestedValidation') ?? rules.at(-1);
  if (!broken) return [];
  const [rule, message] = broken;
  return [{ pointer, code: snakeCase(rule), message: withoutProperty(message, error.property) }];
}

/** `isInt` is `is_int`: the rule's name in the spelling of all our codes. */
function snakeCase(rule: string): string {
  return rule.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** The pointer says where, so the message need not. */
function withoutProperty(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
