import type { FastifyInstance } from 'fastify';
import { BadRequestError } from '../errors/platform-error.ts';

/**
 * Reads bodies of `application/json`, the one type there is. An empty one is no body: many clients send the type with
 * every request. Keys that could reach an object's prototype are refused, and named as what is wrong.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    return parse(request, body, (error, value) => done(error && refusalOf(body), value));
  });
}

/** Fastify's parser does not say which of the two it met; only this much is parsed twice. */
function refusalOf(body: string): BadRequestError {
  if (!isJson(body)) return new BadRequestError('json_malformed', 'The body is not valid JSON.');
  const message = "The body has a key '__proto__', or 'constructor' with 'prototype' in it; neither is allowed.";
  return new BadRequestError('json_key_forbidden', message);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
