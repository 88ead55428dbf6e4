import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** New secrets, by the variable that docker-compose.yml takes each from. Keys are PEM with escaped line ends. */
export function composeSecrets(): Record<string, string> {
  const runToken = keyPair();
  const principal = keyPair();
  return {
    GRIFFIN_ADMIN_DATABASE_PASSWORD: secret(),
    GRIFFIN_API_DATABASE_PASSWORD: secret(),
    GRIFFIN_ISC_DATABASE_PASSWORD: secret(),
    GRIFFIN_LINEAGE_DATABASE_PASSWORD: secret(),
    GRIFFIN_S3_SECRET_KEY: secret(),
    GRIFFIN_BOOTSTRAP_TOKEN: `grf_${randomBytes(32).toString('base64url')}`,
    GRIFFIN_RUN_TOKEN_PRIVATE_KEY: runToken.privateKey,
    GRIFFIN_RUN_TOKEN_PUBLIC_KEY: runToken.publicKey,
    GRIFFIN_PRINCIPAL_PRIVATE_KEY: principal.privateKey,
    GRIFFIN_PRINCIPAL_PUBLIC_KEY: principal.publicKey,
  };
}

const secret = () => randomBytes(24).toString('base64url');

function keyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKey: oneLine(privateKey), publicKey: oneLine(publicKey) };
}

const oneLine = (pem: string) => pem.trim().replaceAll('\n', String.raw`\n`);
