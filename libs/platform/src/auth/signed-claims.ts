import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { UnauthenticatedError } from '../errors/platform-error.ts';
import { Remembered } from '../remembered.ts';

/** Who signs for whom. Distinct audiences keep a token made for one purpose from serving another. */
export interface Purpose {
  issuer: string;
  audience: string;
  /** Prefix of the error codes: `run_token` gives `run_token_expired` and `run_token_invalid`. */
  name: string;
}

const algorithm = 'EdDSA';
/** The clocks of two machines may be this far apart, which is what Kerberos allows them too. */
const clockToleranceSeconds = 5 * 60;

/** By their PEM: to read a key takes longer than to sign with it. */
const [privateKeys, publicKeys] = [new Remembered<KeyObject>(16), new Remembered<KeyObject>(16)];

/** Signs `claims` with an Ed25519 key (PKCS #8 PEM) for `expiresInSeconds` from now. */
export async function signClaims(
  purpose: Purpose,
  privatePem: string,
  claims: JWTPayload & { sub: string },
  expiresInSeconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(purpose.issuer)
    .setAudience(purpose.audience)
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(keyOf(privatePem, privateKeys, createPrivateKey));
}

/** The claims of a token that was signed for this purpose and has not expired; anything else is unauthenticated. */
export async function verifyClaims(purpose: Purpose, publicPem: string, token: string): Promise<JWTPayload> {
  const key = keyOf(publicPem, publicKeys, createPublicKey);
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      issuer: purpose.issuer,
      audience: purpose.audience,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new UnauthenticatedError(`${purpose.name}_expired`, 'The token has expired.', { cause: error });
    }
    if (error instanceof errors.JOSEError) throw invalid(purpose, error);
    throw error;
  }
}

/** The refusal of a token whose signature holds and whose content does not. */
export function invalid(purpose: Purpose, cause?: unknown): UnauthenticatedError {
  return new UnauthenticatedError(`${purpose.name}_invalid`, 'The token is not valid here.', { cause });
}

function keyOf(pem: string, known: Remembered<KeyObject>, read: (pem: string) => KeyObject): KeyObject {
  const key = known.get(pem);
  if (key) return key;
  const learnt = read(pem);
  known.set(pem, learnt);
  return learnt;
}
