import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  privateKey: string;
  publicKey: string;
}

export interface Secrets {
  /** The bearer token of the default project. */
  token: string;
  /** PostgreSQL's superuser, and a password per service. */
  passwords: { admin: string; api: string; isc: string; lineage: string };
  /** The worker signs run tokens with it, api verifies them. */
  runToken: KeyPair;
  /** api signs the principals with it that lineage verifies. */
  principal: KeyPair;
}

/** The installation's secrets, made at the first call and kept in a file that only its owner can read. */
export function installationSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(newSecrets(), null, 2), { mode: 0o600, flag: 'wx' });
  const secrets = JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  writeFileSync(tokenFile(folder), `${secrets.token}\n`, { mode: 0o600 });
  return secrets;
}

/** Where people and scripts find the token. */
export const tokenFile = (folder: string) => join(folder, 'token');

function newSecrets(): Secrets {
  const secret = () => randomBytes(24).toString('base64url');
  return {
    token: `grf_${randomBytes(32).toString('base64url')}`,
    passwords: { admin: secret(), api: secret(), isc: secret(), lineage: secret() },
    runToken: newKeyPair(),
    principal: newKeyPair(),
  };
}

function newKeyPair(): KeyPair {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}
