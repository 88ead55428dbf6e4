import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { endProcess, type Escalation } from '../process/end-process.ts';
import { endWithParent } from '../process/end-with-parent.ts';
import { type LaunchedServer, launchServer } from '../process/launch-server.ts';
import { unprivilegedAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { ensureCluster } from './data-directory.ts';
import { endOrphanPostgres } from './end-orphan-postgres.ts';

export interface PostgresOptions {
  /** Kept after the end. Without it the data lies in a temporary folder that goes with the server. */
  dataDir?: string;
  /** The superuser's; decided when the cluster is made, and needed again for every later start. */
  password?: string;
  port?: number;
  logFile?: string;
  /** Added to the environment of the server. */
  env?: Record<string, string>;
  /** For tests: the server ends with the process that started it, and does not wait for the disk. */
  throwaway?: boolean;
}

export interface PostgresServer {
  /** Of the superuser, to the database `postgres`. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, whatever the cause. */
  exited: Promise<void>;
  /** Shuts down cleanly: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

const startDeadlineMs = 30_000;
const shutdown: readonly Escalation[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
];

/**
 * Starts PostgreSQL from its npm package on the loopback interface, with password login only, and resolves once it takes
 * connections. Nobody else may use `dataDir`: a server that still runs there is taken for an orphan and ended first.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const settled = await settle(options);
  const { child, pid, exited } = await launch(settled);
  const url = `postgresql://postgres:${encodeURIComponent(settled.password)}@127.0.0.1:${settled.port}/postgres`;
  const stop = async () => {
    await endProcess(pid, shutdown);
    await exited;
    if (!options.dataDir) await rm(dirname(settled.dataDir), { recursive: true, force: true });
  };
  try {
    await acceptsConnections(url, child, settled.logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, port: settled.port, pid, exited, stop };
}

type Settled = Required<PostgresOptions>;

async function settle(options: PostgresOptions): Promise<Settled> {
  const dataDir = options.dataDir ?? join(await temporaryFolder(), 'data');
  const folder = dirname(dataDir);
  await mkdir(folder, { recursive: true });
  return {
    dataDir: join(await realpath(folder), basename(dataDir)),
    password: options.password ?? randomBytes(24).toString('base64url'),
    port: options.port ?? (await freePort()),
    logFile: options.logFile ?? join(folder, 'postgres.log'),
    env: options.env ?? {},
    throwaway: options.throwaway ?? false,
  };
}

/** Others may pass through it: the server may have to run as another user. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'griffin-postgres-'));
  await chmod(folder, 0o711);
  return folder;
}

async function launch({ dataDir, password, logFile, port, env, throwaway }: Settled): Promise<LaunchedServer> {
  const [binaries, account] = await Promise.all([postgresBinaries(), unprivilegedAccount()]);
  await endOrphanPostgres(dataDir);
  await ensureCluster(dataDir, password, binaries, account, throwaway);
  const prefix = [...account.prefix, ...(throwaway ? await endWithParent() : [])];
  const settings = { ...baseSettings(port), ...(throwaway ? hastySettings : {}) };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [...prefix, binaries.postgres, '-D', dataDir, ...parameters];
  return launchServer(command, { logFile, env, ...account.user });
}

const baseSettings = (port: number) => ({
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
});

/** A test's data need not survive a power cut. */
const hastySettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function acceptsConnections(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    const error = await tryToConnect(url);
    if (!error) return;
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      const log = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n');
      throw new Error(`PostgreSQL ${ended ? 'ended' : 'took no connections'} at its start. Its log:\n${log}`, {
        cause: error,
      });
    }
    await delay(30);
  }
}

async function tryToConnect(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
