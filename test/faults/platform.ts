import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import type { StackOptions } from '../../dev/stack/start-stack.ts';
import { Terminal } from '../../dev/demo/terminal.ts';
import { startPlatform, type TestPlatform } from '../e2e/support/platform.ts';
import { prepareSmallTraining, type SmallTraining } from '../e2e/support/small-training.ts';
import { type BusProbe, probeEmbedded, probeKafka, type Rows } from './bus-probe.ts';
import { PersistentClient } from './persistent-client.ts';

/** A whole platform whose points can be armed, with something to train on, and a view behind its API. */
export interface FaultPlatform extends TestPlatform {
  small: SmallTraining;
  /** Of the armed points: see `libs/faults`. */
  faultDir: string;
  rows: Rows;
  bus: BusProbe;
}

export async function startFaultPlatform(options: StackOptions & { faultDir: string }): Promise<FaultPlatform> {
  const { faultDir, ...more } = options;
  await mkdir(faultDir, { recursive: true });
  // A reminder each second: what a message too many would break shows here.
  const env = { GRIFFIN_FAULT_DIR: faultDir, GRIFFIN_REPUBLISH_AFTER_SECONDS: '1' };
  const platform = await startPlatform({ ...more, env: { ...env, ...more.env }, onProgress: () => {} });
  const { stack } = platform;
  const api = new PersistentClient(stack.apiUrls, stack.token);
  const scene = { ...platform.scene, api, terminal: new Terminal(process.stdout, 60) };
  try {
    const small = await prepareSmallTraining(scene, platform.tables);
    const rows: Rows = (sql, parameters = []) => query(stack.databaseAdminUrl, sql, parameters);
    const bus = stack.kafkaBrokers === undefined ? probeEmbedded(rows) : await probeKafka(stack.kafkaBrokers);
    const end = async () => {
      await bus.end();
      await platform.end();
    };
    return { ...platform, scene, small, faultDir, rows, bus, end };
  } catch (error) {
    await platform.end();
    throw error;
  }
}

async function query<R extends object>(url: string, sql: string, parameters: unknown[]): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // The query in progress rejects with it.
  await client.connect();
  try {
    return (await client.query<R>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
