import { hash, randomBytes } from 'node:crypto';

/** A new access token. 256 random bits need no salt and no slow hash: nobody can guess one. */
export function newToken(): string {
  return `grf_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token: SHA-256, hex. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
