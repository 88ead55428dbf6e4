import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { UnauthenticatedError } from '../errors/platform-error.ts';
import { bearerToken } from './bearer.ts';
import { signPrincipal, verifyPrincipal } from './principal.ts';
import { signRunToken, verifyRunToken } from './run-token.ts';
import { hashToken, newToken } from './token.ts';

function aKeyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: privateKey,
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

const keys = aKeyPair();
const claims = { runId: 'run-1', attempt: 2, projectId: 'project-1' };
const refused = (code: string) => expect.objectContaining({ kind: 'unauthenticated', code });

describe('an access token', () => {
  it('has 256 random bits, and is stored as its hash', () => {
    const token = newToken();
    expect(token).toMatch(/^grf_[A-Za-z0-9_-]{43}$/);
    expect(newToken()).not.toBe(token);
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic Z3JmOmdyZg==', 'Bearer a b', `Bearer a\u0000`])(
    'is read from nothing but a bearer header: %j',
    (header) => {
      expect(() => bearerToken(header)).toThrow(UnauthenticatedError);
    },
  );

  it('is read from a bearer header, whatever the case of its scheme', () => {
    expect(bearerToken('bearer grf_abc-_')).toBe('grf_abc-_');
  });
});

describe('a run token', () => {
  const sign = (expiresInSeconds = 60) => signRunToken(keys.private, { ...claims, expiresInSeconds });

  it('says which attempt of which run of which project holds it', async () => {
    await expect(verifyRunToken(keys.public, await sign())).resolves.toEqual(claims);
  });

  it('tolerates a clock that is five minutes off, and no more', async () => {
    await expect(verifyRunToken(keys.public, await sign(-290))).resolves.toEqual(claims);
    await expect(verifyRunToken(keys.public, await sign(-310))).rejects.toEqual(refused('run_token_expired'));
  });

  it('is refused when another key signed it, or anything of it was changed', async () => {
    const [header = '', payload = '', signature = ''] = (await sign()).split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'run-2' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [`${header}.${forged}.${signature}`, `${none}.${payload}.`, 'grf_abc', '']) {
      await expect(verifyRunToken(keys.public, token)).rejects.toEqual(refused('run_token_invalid'));
    }
    await expect(verifyRunToken(aKeyPair().public, await sign())).rejects.toEqual(refused('run_token_invalid'));
  });

  it('is refused when its signed content is not a run’s', async () => {
    const token = await new SignJWT({ sub: 'run-1', attempt: 0, project_id: 'p' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('griffin-isc-worker')
      .setAudience('griffin-api:run')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(keys.key);
    await expect(verifyRunToken(keys.public, token)).rejects.toEqual(refused('run_token_invalid'));
  });
});

describe('a principal', () => {
  const principal = { projectId: 'project-1', subject: 'token:abc' };

  it('says for whom api asks', async () => {
    await expect(verifyPrincipal(keys.public, await signPrincipal(keys.private, principal))).resolves.toEqual(
      principal,
    );
  });

  it('and a run token never pass for each other, even with one key', async () => {
    const runToken = await signRunToken(keys.private, { ...claims, expiresInSeconds: 60 });
    await expect(verifyPrincipal(keys.public, runToken)).rejects.toEqual(refused('principal_invalid'));
    const signed = await signPrincipal(keys.private, principal);
    await expect(verifyRunToken(keys.public, signed)).rejects.toEqual(refused('run_token_invalid'));
  });
});
