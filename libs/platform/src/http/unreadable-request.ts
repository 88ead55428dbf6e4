import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemHeaders, toProblem } from '../errors/problem.ts';
import { BadRequestError, HeadersTooLargeError, type PlatformError } from '../errors/platform-error.ts';

/** Answers what is not HTTP enough to become a request, and so reaches neither a route nor a filter. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const refusal = refusalOf(error);
  const problem = toProblem(refusal);
  const body = JSON.stringify(problem);
  const headers = { ...problemHeaders(refusal), 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...lines, '', body].join('\r\n'));
}

function refusalOf({ code }: { code?: string }): PlatformError {
  return code === 'HPE_HEADER_OVERFLOW'
    ? new HeadersTooLargeError('headers_too_large', 'The URL and the headers are larger than the service reads.')
    : new BadRequestError('request_malformed', 'The request is not HTTP that the service can read.');
}
