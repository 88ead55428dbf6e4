import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { succeeds } from '../process/succeeds.ts';
import { KafkaUnavailable } from './kafka-unavailable.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const pom = join(repository, 'dev/kafka/pom.xml');
export const log4jConfiguration = join(repository, 'dev/kafka/log4j2.xml');

/** The folder with the broker's jars: fetched by Maven once per version and then kept in the state folder's cache. */
export async function kafkaJars(): Promise<string> {
  await requireProgram('java', 'a Java 17 runtime', 'openjdk-17-jre-headless');
  const folder = join(await cacheFolder(), `kafka-${await kafkaVersion()}`);
  if (await exists(folder)) return folder;
  await requireProgram('mvn', 'Maven', 'maven');
  return fetchInto(folder);
}

async function cacheFolder(): Promise<string> {
  const folder = join(resolve(process.env['GRIFFIN_STATE_DIR'] ?? join(repository, '.griffin')), 'cache');
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Renamed into place when complete, so neither a broken download nor two at once leave a half-filled folder. */
async function fetchInto(folder: string): Promise<string> {
  const unfinished = `${folder}.${process.pid}`;
  try {
    await run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`]);
    await rename(unfinished, folder);
  } catch (error) {
    if (!(await exists(folder))) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new KafkaUnavailable(`Maven could not fetch the jars of Kafka. Is its repository reachable? ${detail}`);
    }
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function kafkaVersion(): Promise<string> {
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(await readFile(pom, 'utf8'))?.[1];
  if (!version) throw new Error(`${pom} names no kafka.version`);
  return version;
}

async function requireProgram(program: string, what: string, debianPackage: string): Promise<void> {
  if (await succeeds([program, '-version'])) return;
  throw new KafkaUnavailable(`Kafka needs ${what}: there is no \`${program}\`. Try: apt-get install ${debianPackage}`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
