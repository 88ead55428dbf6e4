import { generateKeyPairSync } from 'node:crypto';
import { createService, readEnvironment, signPrincipal } from '@griffin/platform';
import { freshDatabase } from '@griffin/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { Environment } from './environment.ts';

export interface TestLineage {
  app: NestFastifyApplication;
  adminUrl: string;
  /** The header of a request that api forwards for this project. */
  authorization: (projectId: string) => Promise<string>;
}

/** The whole service on a database of its own; without `connectBus` it consumes nothing. */
export async function startLineage(connectBus: (app: NestFastifyApplication) => void = () => {}): Promise<TestLineage> {
  const { adminUrl, urls } = await freshDatabase();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const environment = readEnvironment(Environment, {
    GRIFFIN_DATABASE_URL: urls.lineage,
    GRIFFIN_PORT: '0',
    GRIFFIN_PRINCIPAL_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  });
  const app = await createService(AppModule.forEnvironment(environment), { name: 'lineage', logLevel: 'fatal' });
  connectBus(app);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const authorization = async (projectId: string) =>
    `Bearer ${await signPrincipal(privatePem, { projectId, subject: 'token:test' })}`;
  return { app, adminUrl, authorization };
}
