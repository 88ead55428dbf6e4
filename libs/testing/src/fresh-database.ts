import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { roleOf, serviceSchemas, type ServiceSchema } from '../../database/src/service-role.ts';

export interface FreshDatabase {
  adminUrl: string;
  /** Each service's, with its own role. */
  urls: Record<ServiceSchema, string>;
}

/**
 * A database of one spec file's own, as `prepareServer` leaves it, on the server of this vitest run. It goes with the
 * server. Only in specs of a project that has `postgres.global-setup.ts`.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { inject } = await import('vitest');
  const { adminUrl, template, passwords } = inject('postgres');
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await admin.end();
  }
  const urls = serviceSchemas.map((schema) => [schema, urlTo(adminUrl, name, roleOf(schema), passwords[schema])]);
  return { adminUrl: urlTo(adminUrl, name), urls: Object.fromEntries(urls) };
}

function urlTo(adminUrl: string, database: string, role?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = database;
  if (role) url.username = role;
  if (password) url.password = password;
  return url.toString();
}
