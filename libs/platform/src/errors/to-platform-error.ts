import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from './database-away.ts';
import {
  BadRequestError,
  ConflictError,
  DeadlineExceededError,
  ForbiddenError,
  GoneError,
  InternalError,
  InvalidInputError,
  NotFoundError,
  PlatformError,
  TooLargeError,
  UnauthenticatedError,
  UnavailableError,
  UnsupportedMediaTypeError,
} from './platform-error.ts';

/** Any thrown value as one of our classes: the web framework's own errors by their code or status, the rest internal. */
export function toPlatformError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  if (isDatabaseAway(thrown)) return databaseAway(thrown);
  const code = frameworkCode(thrown);
  const known = code === undefined ? undefined : byFrameworkCode[code];
  if (known) return known();
  const status = httpStatus(thrown);
  return status === undefined ? internal(thrown) : byStatus(status, thrown);
}

const byFrameworkCode: Record<string, () => PlatformError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new TooLargeError('body_too_large', 'The body is larger than the service reads.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new UnsupportedMediaTypeError('media_type_unsupported', 'Send the body as application/json.'),
  FST_ERR_BAD_URL: () => new BadRequestError('url_malformed', 'The URL holds a malformed percent-encoding.'),
};

/** Fastify's own code; Nest hands Fastify's errors on as the cause of an HttpException. */
function frameworkCode(thrown: unknown): string | undefined {
  const source = thrown instanceof HttpException ? thrown.cause : thrown;
  const code = source instanceof Error && 'code' in source ? source.code : undefined;
  return typeof code === 'string' && code.startsWith('FST_') ? code : undefined;
}

function httpStatus(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function byStatus(status: number, thrown: unknown): PlatformError {
  const message = thrown instanceof Error ? thrown.message : 'The request was refused.';
  switch (status) {
    case 401:
      return new UnauthenticatedError('unauthenticated', message);
    case 403:
      return new ForbiddenError('forbidden', message);
    case 404:
      return new NotFoundError('route_not_found', message);
    case 409:
      return new ConflictError('conflict', message);
    case 410:
      return new GoneError('gone', message);
    case 413:
      return new TooLargeError('body_too_large', message);
    case 415:
      return new UnsupportedMediaTypeError('media_type_unsupported', message);
    case 422:
      return new InvalidInputError([], 'input_invalid', message);
    case 503:
      return new UnavailableError('unavailable', message);
    case 504:
      return new DeadlineExceededError('deadline_exceeded', message);
    default:
      return status >= 400 && status < 500 ? new BadRequestError('bad_request', message) : internal(thrown);
  }
}

function databaseAway(cause: unknown): UnavailableError {
  return new UnavailableError('database_unavailable', 'The database does not answer.', { retryAfterSeconds: 1, cause });
}

function internal(thrown: unknown): InternalError {
  return new InternalError('internal', 'Something went wrong on our side. Quote the trace id when you report it.', {
    cause: thrown,
  });
}
