import { currentTrace, traceIdOf } from '../trace/trace.ts';
import type { ErrorKind, FieldError, PlatformError } from './platform-error.ts';
import { toPlatformError } from './to-platform-error.ts';

/** The body of every error answer: RFC 9457 with the extensions `code`, `retryable`, `errors` and `trace_id`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  retryable: boolean;
  errors?: FieldError[];
  trace_id: string;
}

export const problemContentType = 'application/problem+json';

/** How each class of error answers over HTTP. A new class without a row here does not compile. */
const answers = {
  'bad-request': { status: 400, title: 'Bad request', retryable: false },
  unauthenticated: { status: 401, title: 'Not authenticated', retryable: false },
  forbidden: { status: 403, title: 'Forbidden', retryable: false },
  'not-found': { status: 404, title: 'Not found', retryable: false },
  conflict: { status: 409, title: 'Conflict', retryable: false },
  gone: { status: 410, title: 'Gone', retryable: false },
  'too-large': { status: 413, title: 'Content too large', retryable: false },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type', retryable: false },
  'invalid-input': { status: 422, title: 'Invalid input', retryable: false },
  'headers-too-large': { status: 431, title: 'Request header fields too large', retryable: false },
  internal: { status: 500, title: 'Internal error', retryable: true },
  unavailable: { status: 503, title: 'Unavailable', retryable: true },
  'deadline-exceeded': { status: 504, title: 'Deadline exceeded', retryable: true },
} as const satisfies Record<ErrorKind, { status: number; title: string; retryable: boolean }>;

/** The answer to any thrown value. What is not an error of the platform's own classes becomes 500 without its message. */
export function toProblem(thrown: unknown): Problem {
  const error = toPlatformError(thrown);
  const { status, title, retryable } = answers[error.kind];
  return {
    type: `urn:griffin:problem:${error.code.replaceAll('_', '-')}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    retryable: error.retryable ?? retryable,
    ...(error.errors.length > 0 && { errors: [...error.errors] }),
    trace_id: traceIdOf(currentTrace()),
  };
}

/** The headers that belong to the answer: when to come back, how to authenticate. */
export function problemHeaders(thrown: unknown): Record<string, string> {
  const error: PlatformError = toPlatformError(thrown);
  return {
    'content-type': problemContentType,
    ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(Math.ceil(error.retryAfterSeconds)) }),
    ...(error.kind === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="griffin"' }),
  };
}
