import type { EventEnvelope } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import type { FreshDatabase } from '@griffin/testing';
import pg from 'pg';
import type { TestService } from './service.fixture.ts';

/** Rows without a unique key: an effect that happens twice is there twice. */
export async function createEffects(url: string): Promise<void> {
  await runSql(url, 'CREATE TABLE effect (run_id text, revision int)');
}

export async function noteEffect(tx: Tx, { subject, revision }: EventEnvelope): Promise<void> {
  await tx.query('INSERT INTO effect VALUES ($1, $2)', [subject, revision]);
}

export async function effectsOf({ database }: TestService, runId: string): Promise<number[]> {
  const rows: { revision: number }[] = await database.manager.query(
    'SELECT revision FROM effect WHERE run_id = $1 ORDER BY revision',
    [runId],
  );
  return rows.map(({ revision }) => revision);
}

/** Ends all connections to the database and refuses new ones until the returned function is called. */
export async function awayDatabase({ adminUrl }: FreshDatabase): Promise<() => Promise<void>> {
  const server = new URL(adminUrl);
  const name = server.pathname.slice(1);
  server.pathname = 'postgres';
  await runSql(server.toString(), `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await runSql(server.toString(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  return () => runSql(server.toString(), `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`).then(() => undefined);
}

/** Ends the connections of one kind, as a broken network would. */
export async function endConnections(adminUrl: string, applicationName: string): Promise<void> {
  await runSql(
    adminUrl,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [applicationName],
  );
}

export async function runSql<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
