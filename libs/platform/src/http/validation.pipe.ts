import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { BadRequestError, InvalidInputError, type FieldError, type PlatformError } from '../errors/platform-error.ts';
import { fieldErrors } from './field-errors.ts';
import { storableErrors } from './text-check.ts';

/**
 * Turns what came over HTTP into its DTO, and refuses what the DTO does not declare: a body with 422 `input_invalid`,
 * path and query parameters with 400 `parameter_invalid`, each with one JSON pointer per error.
 */
@Injectable()
export class InputValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      exceptionFactory: (errors: ValidationError[]) => new Refusal(fieldErrors(errors)),
    });
  }

  override async transform(given: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return given;
    // No body is one that says nothing: what it lacks is then named, and one that may say nothing is accepted.
    const value = metadata.type === 'body' && given === undefined ? {} : given;
    const errors = [...shapeErrors(value, metadata), ...storableErrors(value)];
    if (errors.length > 0) throw refusal(errors, metadata);
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      throw error instanceof Refusal ? refusal(error.errors, metadata) : error;
    }
  }
}

/** Carries the errors from class-validator's callback to where the kind of the argument is known. */
class Refusal extends Error {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super('input refused');
    this.errors = errors;
  }
}

function refusal(errors: FieldError[], { type, data }: ArgumentMetadata): PlatformError {
  if (type === 'body') return new InvalidInputError(errors);
  const named =
    data === undefined ? errors : errors.map((error) => ({ ...error, pointer: `/${data}${error.pointer}` }));
  return new BadRequestError('parameter_invalid', `A ${type === 'param' ? 'path' : type} parameter is not valid.`, {
    errors: named,
  });
}

function shapeErrors(value: unknown, { type, data }: ArgumentMetadata): FieldError[] {
  if (type !== 'body' || data !== undefined) return [];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? [] : [{ pointer: '', code: 'is_object', message: 'must be a JSON object' }];
}
