import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareServer } from '../../database/src/prepare-server.ts';
import type { ServiceSchema } from '../../database/src/service-role.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { shareServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the server that this run of the tests has to itself; every fresh database is a copy of `template`. */
    postgres: { adminUrl: string; template: string; passwords: Record<ServiceSchema, string> };
  }
}

const template = 'griffin_template';
const passwords = { api: 'api-password', isc: 'isc-password', lineage: 'lineage-password' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, release } = await shareServer('postgres', startPrepared);
  project.provide('postgres', { adminUrl: value.url, template, passwords });
  return release;
}

async function startPrepared() {
  const server = await startPostgres({ throwaway: true });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();
  const url = new URL(server.url);
  url.pathname = template;
  await prepareServer(url.toString(), passwords);
  return server;
}
