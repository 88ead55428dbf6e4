import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { withAdvisoryLock } from './advisory-lock.ts';
import { busSchema } from './bus-schema.ts';
import { roleOf, serviceSchemas, type ServiceSchema } from './service-role.ts';

/**
 * Makes what the services need in the database that `adminUrl` names: a login role per service, the schema it owns and
 * that no other may enter, and the embedded bus. Safe to repeat and to run from several places at once. The admin may be
 * a superuser, or own the database and have CREATEROLE.
 *
 * Returns each service's URL. A password that is not given is made anew, which ends the role's earlier one.
 */
export async function prepareServer(
  adminUrl: string,
  passwords: Partial<Record<ServiceSchema, string>> = {},
): Promise<Record<ServiceSchema, string>> {
  const admin = new pg.Client({ connectionString: adminUrl, application_name: 'griffin-prepare' });
  await admin.connect();
  try {
    return await withAdvisoryLock(
      (sql, parameters) => admin.query(sql, parameters),
      'griffin:prepare',
      () => inTransaction(admin, () => prepare(admin, adminUrl, passwords)),
    );
  } finally {
    await admin.end();
  }
}

async function prepare(admin: pg.Client, adminUrl: string, passwords: Partial<Record<ServiceSchema, string>>) {
  const urls: Partial<Record<ServiceSchema, string>> = {};
  for (const schema of serviceSchemas) {
    const password = passwords[schema] ?? randomBytes(24).toString('base64url');
    await ensureRole(admin, schema, password);
    await ensureSchema(admin, schema);
    urls[schema] = urlFor(adminUrl, roleOf(schema), password);
  }
  await admin.query(busSchema);
  return urls as Record<ServiceSchema, string>;
}

async function ensureRole(admin: pg.Client, schema: ServiceSchema, password: string): Promise<void> {
  const role = roleOf(schema);
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${role} LOGIN`);
  await admin.query(`ALTER ROLE ${role} LOGIN PASSWORD ${admin.escapeLiteral(password)}`);
  await admin.query(`ALTER ROLE ${role} SET search_path = ${schema}`);
  await admin.query(`DO $$ BEGIN
    IF NOT pg_has_role(current_user, '${role}', 'USAGE') THEN GRANT ${role} TO CURRENT_USER; END IF;
  END $$`);
}

async function ensureSchema(admin: pg.Client, schema: ServiceSchema): Promise<void> {
  const role = roleOf(schema);
  await admin.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role}`);
  await admin.query(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`);
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function urlFor(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.toString();
}
