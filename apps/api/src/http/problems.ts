import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

export const problemSchema = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'code', 'detail', 'retryable', 'trace_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable: decide by it.' },
    detail: { type: 'string' },
    retryable: { type: 'boolean' },
    trace_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer to what is wrong.' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
} as const;

const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** What each status says on any route that may answer with it. */
const descriptions = {
  400: 'The request cannot be read: its JSON, its URL, a parameter or a cursor.',
  401: 'No valid token came with the request.',
  403: 'The token is not for this.',
  404: 'What the request names does not exist in the project.',
  409: 'Not possible in the present state.',
  413: 'The body is larger than the service reads.',
  415: 'The body is not sent as application/json.',
  422: 'The body is not acceptable; each error points to where.',
  431: 'The URL and the headers are larger than the service reads.',
  '5XX': 'It could not be served; `retryable` says whether to come back, and `Retry-After` when.',
} as const;

type ProblemStatus = keyof typeof descriptions;

export const problemAnswer = (status: ProblemStatus) => ({ description: descriptions[status], content });

/** The problems that a route may answer with besides those that follow from its parameters, body and token. */
export const ApiProblems = (...statuses: ProblemStatus[]) =>
  applyDecorators(...statuses.map((status) => ApiResponse({ status, ...problemAnswer(status) })));

interface Operation {
  parameters?: object[];
  requestBody?: unknown;
  security?: unknown[];
}

/** The problems that follow from what an operation takes. */
export function problemsOf({ parameters = [], requestBody, security = [] }: Operation): ProblemStatus[] {
  const inPath = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  return [
    ...(parameters.length > 0 || requestBody ? ([400, 431] as const) : []),
    ...(security.length > 0 ? [401 as const] : []),
    ...(inPath ? [404 as const] : []),
    ...(requestBody ? ([413, 415, 422] as const) : []),
    '5XX',
  ];
}
