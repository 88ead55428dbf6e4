import { UnauthenticatedError } from '../errors/platform-error.ts';

/** The token of an `Authorization: Bearer` header (RFC 6750). Refuses a missing header and any other scheme. */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new UnauthenticatedError('token_missing', 'Send a token as "Authorization: Bearer <token>".');
  }
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new UnauthenticatedError('token_malformed', 'The Authorization header is not of the form "Bearer <token>".');
  }
  return token;
}
