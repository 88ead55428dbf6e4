/** One thing that is wrong with a request. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or into the object of the path's or query's parameters; `` is the whole. */
  pointer: string;
  code: string;
  message: string;
}

export type ErrorKind =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported-media-type'
  | 'headers-too-large'
  | 'invalid-input'
  | 'internal'
  | 'unavailable'
  | 'deadline-exceeded';

export interface ErrorOptions {
  /** Overrides what the error's class says: whether the same request may succeed later. */
  retryable?: boolean;
  retryAfterSeconds?: number;
  errors?: FieldError[];
  cause?: unknown;
}

/**
 * An error that a caller can act on. `code` is stable and snake_case; `message` is shown to people outside, so it holds
 * no secret. Domain errors extend the subclasses below; how each becomes an HTTP answer is the table in problem.ts.
 */
export abstract class PlatformError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: string;
  readonly retryable: boolean | undefined;
  readonly retryAfterSeconds: number | undefined;
  errors: readonly FieldError[];

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = onePerPlace(options.errors ?? []);
  }
}

/** For a promise's `catch`: the error goes on, and says which part of the request, by its JSON Pointer, it is about. */
export function about(pointer: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof PlatformError && error.errors.length === 0) {
      error.errors = [{ pointer, code: error.code, message: error.message }];
    }
    throw error;
  };
}

/** The request cannot be read: its syntax, a path or query parameter, a cursor. */
export class BadRequestError extends PlatformError {
  readonly kind = 'bad-request';
}

/** No valid token came with the request. */
export class UnauthenticatedError extends PlatformError {
  readonly kind = 'unauthenticated';
}

/** The caller is known and may not do this. */
export class ForbiddenError extends PlatformError {
  readonly kind = 'forbidden';
}

/** What the request names does not exist in the caller's project. */
export class NotFoundError extends PlatformError {
  readonly kind = 'not-found';
}

/** The request is sound, but not in the present state of what it is about. */
export class ConflictError extends PlatformError {
  readonly kind = 'conflict';
}

/** It existed and was removed for good. */
export class GoneError extends PlatformError {
  readonly kind = 'gone';
}

/** The body is larger than the service reads. */
export class TooLargeError extends PlatformError {
  readonly kind = 'too-large';
}

/** The body is of a type the service does not read. */
export class UnsupportedMediaTypeError extends PlatformError {
  readonly kind = 'unsupported-media-type';
}

/** The URL and the headers are larger than the service reads. */
export class HeadersTooLargeError extends PlatformError {
  readonly kind = 'headers-too-large';
}

/** The request was read and understood, and its content is not acceptable. Each field error says where and why. */
export class InvalidInputError extends PlatformError {
  readonly kind = 'invalid-input';

  constructor(errors: FieldError[], code = 'input_invalid', message = summary(errors), options: ErrorOptions = {}) {
    super(code, message, { ...options, errors });
  }
}

/** A bug of ours. Its message stays inside; the caller learns the trace id only. */
export class InternalError extends PlatformError {
  readonly kind = 'internal';
}

/** Something this service needs is away for now. */
export class UnavailableError extends PlatformError {
  readonly kind = 'unavailable';
}

/** What the caller asked to wait for did not happen in the time it gave. */
export class DeadlineExceededError extends PlatformError {
  readonly kind = 'deadline-exceeded';
}

/** The first of each place: what else is wrong there mostly follows from it. */
function onePerPlace(errors: readonly FieldError[]): FieldError[] {
  const places = new Set<string>();
  return errors.filter(({ pointer }) => !places.has(pointer) && places.add(pointer));
}

function summary(given: FieldError[]): string {
  const errors = onePerPlace(given);
  const [first] = errors;
  if (!first) return 'The input is not valid.';
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.pointer === '' ? 'The body' : first.pointer}: ${first.message}${others}`;
}
