import { join } from 'node:path';
import pg from 'pg';
import { prepareServer } from '../../libs/database/src/prepare-server.ts';
import { freePort, startPostgres, type PostgresServer } from '../../libs/testing/src/index.ts';
import { inherited } from './services.ts';
import type { Secrets } from './secrets.ts';
import type { StateFolder } from './state-folder.ts';

const databaseName = 'griffin';

export interface DatabaseServer {
  /** Of an account that may create roles and schemas. */
  adminUrl: string;
  /** Each service's, with its own role. */
  urls: { api: string; isc: string; lineage: string };
  /** Undefined for a server that is not ours. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** The server that `given` names, or one of our own; with the roles and schemas that the services need. */
export async function openDatabase(state: StateFolder, secrets: Secrets, given?: string): Promise<DatabaseServer> {
  const server = given ? external(given) : await embedded(state, secrets);
  const urls = await prepareServer(server.adminUrl, secrets.passwords);
  return { ...server, urls };
}

const external = (adminUrl: string) => ({ adminUrl, pid: () => undefined, stop: async () => {} });

async function embedded(state: StateFolder, secrets: Secrets) {
  const port = await freePort();
  const launch = () =>
    startPostgres({
      dataDir: state.postgres,
      password: secrets.passwords.admin,
      port,
      logFile: join(state.logs, 'postgres.log'),
      env: inherited(state),
    });
  let server = await launch();
  let stopping = false;
  /** A server that dies comes back at its port: the services wait for it and go on. */
  const watch = async (watched: PostgresServer): Promise<void> => {
    await watched.exited;
    if (stopping) return;
    console.error('PostgreSQL ended by itself and is started again');
    server = await launch();
    await watch(server);
  };
  void watch(server);
  const stop = async () => {
    stopping = true;
    await server.stop();
  };
  const adminUrl = await createDatabase(server.url, databaseName);
  return { adminUrl, pid: () => server.pid, stop };
}

/** The URL of a database of the server, made if absent. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await admin.query(`CREATE DATABASE ${name}`);
  } finally {
    await admin.end();
  }
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.toString();
}
