import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../../libs/testing/src/index.ts';

export interface ManagedPostgres {
  /** Of an account that owns its database and may create roles, and no more: what a cloud's managed server gives. */
  url: string;
  stop(): Promise<void>;
}

/** A server that is not the stack's. */
export async function startManagedPostgres(): Promise<ManagedPostgres> {
  const server = await startPostgres({ throwaway: true });
  try {
    return { url: await createOperator(server), stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function createOperator(server: PostgresServer): Promise<string> {
  const superuser = new pg.Client({ connectionString: server.url });
  await superuser.connect();
  await superuser.query("CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'operator'");
  await superuser.query('CREATE DATABASE managed OWNER operator');
  await superuser.end();
  const url = new URL(server.url);
  return Object.assign(url, { username: 'operator', password: 'operator', pathname: '/managed' }).toString();
}
