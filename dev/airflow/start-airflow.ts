import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { eventually } from '../../libs/testing/src/index.ts';
import { createDatabase } from '../stack/database-server.ts';
import { ManagedProcess } from '../stack/managed-process.ts';
import type { StateFolder } from '../stack/state-folder.ts';
import { AirflowClient } from './airflow-client.ts';
import { type AirflowPlace, airflowVariables } from './airflow-variables.ts';
import { latePort } from './late-port.ts';
import { childrenOf, commandOf, endSession, killTree } from './process-tree.ts';

export interface AirflowOptions {
  /** Where it keeps what it has, and the mark of what belongs to the installation. */
  state: StateFolder;
  /** Files of DAGs: it works on copies. */
  dags: string[];
  /** Of an account that may create databases. SQLite is not enough: see docs/adr/0104. */
  databaseAdminUrl: string;
  /** Added to its environment: connections, and settings. */
  env: Record<string, string>;
}

export interface Airflow {
  /** Of its pages, which ask nobody who they are. */
  url: string;
  client: AirflowClient;
  /** What its components say, the scheduler among them. */
  logFile: string;
  /** Kills the triggerer with all that it started. `airflow standalone` starts no other. */
  killTriggerer(): Promise<void>;
  /** Starts another one in the place of the one that was killed. */
  startTriggerer(): void;
  stop(): Promise<void>;
}

const components = ['metadatabase', 'scheduler', 'triggerer', 'dag_processor'];
const readyWithinMs = 240_000;

/** Starts `airflow standalone`, on free ports, and resolves once all of its components are healthy. */
export async function startAirflow({ state, dags, databaseAdminUrl, env }: AirflowOptions): Promise<Airflow> {
  if (!existsSync(state.airflowPython)) throw new Error(`${state.airflowPython} is missing. Run 'make test' first`);
  const home = join(state.root, 'airflow');
  const databaseUrl = await createDatabase(databaseAdminUrl, 'airflow');
  const dagsFolder = join(home, 'dags');
  const place = { home, dagsFolder, databaseUrl, port: await latePort(), logPorts: await logPorts() };
  await placeDags(place, dags);
  const own = { ...airflowVariables(state, place), ...env };
  const client = new AirflowClient(own.AIRFLOW__API__BASE_URL);
  const run = (name: string, changed: Record<string, string> = {}) =>
    new ManagedProcess(
      {
        name: `airflow ${name}`,
        command: [join(dirname(state.airflowPython), 'airflow'), name],
        env: { ...own, ...changed },
        logFile: join(state.logs, `airflow-${name}.log`),
        readyUrl: `${client.url}/api/v2/monitor/health`,
        cwd: home,
      },
      (ended, exit) => console.error(`${ended} ended by itself (${exit}) and is started again`),
    );
  const standalone = run('standalone');
  // What the killed one left may still have its port.
  const triggerer = run('triggerer', { AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT: String(await latePort()) });
  standalone.start();
  const stop = async () => {
    for (const managed of [triggerer, standalone]) await endWithSession(managed);
  };
  try {
    await standalone.ready(readyWithinMs);
    await eventually(async () => healthy(await client.health()), { timeoutMs: readyWithinMs, intervalMs: 250 });
  } catch (error) {
    await stop();
    const log = (await readFile(standalone.definition.logFile, 'utf8')).split('\n').slice(-40).join('\n');
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  }
  return {
    url: client.url,
    client,
    logFile: standalone.definition.logFile,
    killTriggerer: () => killTree(triggererOf(standalone)),
    startTriggerer: () => triggerer.start(),
    stop,
  };
}

async function logPorts(): Promise<AirflowPlace['logPorts']> {
  return { worker: await latePort(), triggerer: await latePort() };
}

/** Those of an earlier start go. */
async function placeDags({ dagsFolder }: AirflowPlace, dags: string[]): Promise<void> {
  await rm(dagsFolder, { recursive: true, force: true });
  await mkdir(dagsFolder, { recursive: true });
  for (const file of dags) await copyFile(file, join(dagsFolder, basename(file)));
}

function healthy(health: Record<string, { status: string | null }>): void {
  const ill = components.filter((name) => health[name]?.status !== 'healthy');
  if (ill.length > 0) throw new Error(`Airflow's ${ill.join(', ')} not healthy`);
}

function triggererOf(standalone: ManagedProcess): number {
  const found = childrenOf(standalone.pid ?? 0).find((pid) => commandOf(pid).includes('triggerer'));
  if (found === undefined) throw new Error('`airflow standalone` has no triggerer');
  return found;
}

/** Asked to end, `airflow standalone` leaves its components running: they share its session. */
async function endWithSession(managed: ManagedProcess): Promise<void> {
  const { pid } = managed;
  if (pid === undefined) return;
  await managed.kill();
  await endSession(pid);
}
