import { type ChildProcess, execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../free-port.ts';
import { endProcess, type Escalation } from '../process/end-process.ts';
import { endWithParent } from '../process/end-with-parent.ts';
import { type LaunchedServer, launchServer } from '../process/launch-server.ts';
import { kafkaJars, log4jConfiguration } from './kafka-jars.ts';
import { serverProperties } from './server-properties.ts';

const run = promisify(execFile);

export interface KafkaOptions {
  /** Topics and messages are kept here after the end. Without it they lie in a temporary folder that goes with the broker. */
  dataDir?: string;
  port?: number;
  /** Added to the environment of the broker. */
  env?: Record<string, string>;
  /** For tests: the broker ends with the process that started it. */
  throwaway?: boolean;
}

export interface KafkaBroker {
  brokers: string[];
  pid: number;
  /** Resolves when the broker has ended, whatever the cause. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

const startDeadlineMs = 60_000;
const shutdown: readonly Escalation[] = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/**
 * Starts one Kafka broker on the loopback interface and resolves once it answers. It creates no topic by itself. Throws
 * KafkaUnavailable where Java, Maven or the jars are lacking.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaBroker> {
  const jars = await kafkaJars();
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'griffin-kafka-')));
  const port = options.port ?? (await freePort());
  const logFile = join(folder, 'broker.log');
  await format(jars, folder, port);

  const { child, pid, exited } = await launch(jars, folder, logFile, options);
  const stop = async () => {
    await endProcess(pid, shutdown);
    await exited;
    if (!options.dataDir) await rm(folder, { recursive: true, force: true });
  };
  const brokers = [`127.0.0.1:${port}`];
  try {
    await answers(brokers, child, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers, pid, exited, stop };
}

async function format(jars: string, folder: string, port: number): Promise<void> {
  const dataDir = join(folder, 'data');
  await mkdir(dataDir, { recursive: true });
  const properties = join(folder, 'server.properties');
  await writeFile(properties, serverProperties({ port, controllerPort: await freePort(), dataDir }));
  if (await isFormatted(dataDir)) return;
  const tool = [...javaOptions(jars, '256m'), 'kafka.tools.StorageTool'];
  const { stdout: clusterId } = await run('java', [...tool, 'random-uuid']);
  await run('java', [...tool, 'format', '-t', clusterId.trim(), '-c', properties]);
}

async function isFormatted(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'meta.properties')).then(
    () => true,
    () => false,
  );
}

async function launch(
  jars: string,
  folder: string,
  logFile: string,
  { env, throwaway }: KafkaOptions,
): Promise<LaunchedServer> {
  const prefix = throwaway ? await endWithParent() : [];
  const java = ['java', ...javaOptions(jars, '512m'), 'kafka.Kafka', join(folder, 'server.properties')];
  return launchServer([...prefix, ...java], { logFile, env });
}

function javaOptions(jars: string, heap: string): string[] {
  const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  return [`-Xmx${heap}`, ...quickStart, `-Dlog4j2.configurationFile=${log4jConfiguration}`, '-cp', `${jars}/*`];
}

async function answers(brokers: string[], child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await hasJoined(brokers))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      const log = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n');
      throw new Error(`Kafka ${ended ? 'ended' : 'did not answer'} at its start. Its log:\n${log}`);
    }
    await delay(100);
  }
}

async function hasJoined(brokers: string[]): Promise<boolean> {
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING, connectionTimeout: 1_000, retry: { retries: 0 } });
  const admin = client.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}
