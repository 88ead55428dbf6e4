import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/**
 * Writes docs/openapi.json from the built api, without a database or a bus; with --check only compares, and fails on a
 * difference. The build's compiler adds what comments say, so the sources alone would not do.
 */
const file = join(import.meta.dirname, '../../docs/openapi.json');
const built = join(import.meta.dirname, '../../dist/apps/api/src');

const { AppModule } = await import(`${built}/app.module.js`);
const { openApiDocument } = await import(`${built}/openapi.js`);
const { PlatformModule } = await import(join(import.meta.dirname, '../../dist/libs/platform/src/index.js'));
class Root {}
const root = { module: Root, imports: [PlatformModule, AppModule.forEnvironment(placeholders())] };
const app = await NestFactory.create(root, new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
  abortOnError: false,
});
const document = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, document);
} else if (document !== (await readFile(file, 'utf8'))) {
  console.error('docs/openapi.json is not as the code has it. Run: npm run build && npm run docs:openapi');
  process.exitCode = 1;
}

/** Nothing is reached with these. */
function placeholders() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    GRIFFIN_DATABASE_URL: 'postgresql://nobody@127.0.0.1/nothing',
    GRIFFIN_INSTALLATION: 'docs',
    GRIFFIN_BUS: 'embedded',
    GRIFFIN_ARTIFACT_ROOT: 'file:///nowhere',
    GRIFFIN_RUNTIMES_CATALOGUE: 'python/griffin-runtimes/catalogue.json',
    GRIFFIN_LINEAGE_URL: 'http://127.0.0.1',
    GRIFFIN_RUN_TOKEN_PUBLIC_KEY: publicKey,
    GRIFFIN_PRINCIPAL_PRIVATE_KEY: privateKey,
    GRIFFIN_BOOTSTRAP_PROJECT: 'default',
    GRIFFIN_REPUBLISH_AFTER_SECONDS: 60,
  };
}
