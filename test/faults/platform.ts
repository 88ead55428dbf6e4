import { mkdir } from 'node:fs/promises';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { StackOptions } from '../../dev/stack/start-stack.ts';
import { Terminal } from '../../dev/demo/terminal.ts';
import { startPlatform, type TestPlatform } from '../e2e/support/platform.ts';
import { prepareSmallTraining, type SmallTraining } from '../e2e/support/small-training.ts';
import { PersistentClient } from './persistent-client.ts';

/** A whole platform whose points can be armed, with something to train on, and a view behind its API. */
export interface FaultPlatform extends TestPlatform {
  small: SmallTraining;
  /** Of the armed points: see `libs/faults`. */
  faultDir: string;
  /** Rows as the administrator sees them; . */
  rows<R extends object>(sql: string, parameters?: unknown[]): Promise<R[]>;
  /** Puts a message on the bus as a stranger would. */
  putOnBus(topic: string, value: string): Promise<void>;
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
    const rows = <R extends object>(sql: string, parameters: unknown[] = []) =>
      query<R>(stack.databaseAdminUrl, sql, parameters);
    const putOnBus = (topic: string, value: string) =>
      stack.kafkaBrokers === undefined ? append(rows, topic, value) : produce(stack.kafkaBrokers, topic, value);
    return { ...platform, scene, small, faultDir, rows, putOnBus };
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

async function append(rows: FaultPlatform['rows'], topic: string, value: string): Promise<void> {
  await rows('INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)', [topic, 'stranger', value]);
}

async function produce(brokers: string[], topic: string, value: string): Promise<void> {
  const producer = new Kafka({ clientId: 'stranger', brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: 'stranger', value }] });
  await producer.disconnect();
}
