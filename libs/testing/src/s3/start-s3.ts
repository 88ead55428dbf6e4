import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { endProcess } from '../process/end-process.ts';
import { endWithParent } from '../process/end-with-parent.ts';
import { launchServer } from '../process/launch-server.ts';
import { versitygw } from './versitygw.ts';

/** How a bucket is reached. */
export interface S3Bucket {
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
  bucket: string;
}

export interface S3ServerOptions {
  /** Objects are kept here after the end. Without it they lie in a temporary folder that goes with the server. */
  dataDir?: string;
  /** An address of this machine to listen on, at which it is then reached. Default: the loopback interface. */
  host?: string;
  port?: number;
  /** Default: made for this start. */
  keys?: { accessKey: string; secretKey: string };
  /** Default: `griffin`. Made where it is not there. */
  bucket?: string;
  /** Added to the environment of the server. */
  env?: Record<string, string>;
  /** For tests: the server ends with the process that started it. */
  throwaway?: boolean;
}

export interface S3Server extends S3Bucket {
  pid: number;
  /** Resolves when the server has ended, whatever the cause. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

const servedRegion = 'us-east-1';
const health = '/health';
const startDeadlineMs = 30_000;

/**
 * Starts an S3 server with one bucket and one pair of keys, and resolves once it answers. Throws S3Unavailable where it
 * cannot be built.
 */
export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const program = await versitygw();
  const { host = '127.0.0.1', bucket = 'griffin', keys = newKeys() } = options;
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'griffin-s3-')));
  const address = `${host}:${options.port ?? (await freePort(host))}`;
  const logFile = join(folder, 's3.log');
  const command = [program, ...parameters(address, await places(folder))];
  const prefix = options.throwaway ? await endWithParent() : [];
  const env = { ...options.env, ROOT_ACCESS_KEY_ID: keys.accessKey, ROOT_SECRET_ACCESS_KEY: keys.secretKey };
  const { child, pid, exited } = await launchServer([...prefix, ...command], { logFile, env });
  const stop = async () => {
    await endProcess(pid);
    await exited;
    if (!options.dataDir) await rm(folder, { recursive: true, force: true });
  };
  const reached = { endpoint: `http://${address}`, region: servedRegion, ...keys, bucket };
  try {
    await answers(reached.endpoint, child, logFile);
    await ensureBucket(reached);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...reached, pid, exited, stop };
}

interface Places {
  objects: string;
  metadata: string;
}

async function places(folder: string): Promise<Places> {
  const found = { objects: join(folder, 'objects'), metadata: join(folder, 'metadata') };
  await Promise.all(Object.values(found).map((place) => mkdir(place, { recursive: true })));
  return found;
}

/** Metadata in files of its own: not every file system has the attributes that it would use otherwise. */
function parameters(address: string, { objects, metadata }: Places): string[] {
  const served = [`--port=${address}`, `--region=${servedRegion}`, `--health=${health}`, '--quiet'];
  return [...served, 'posix', `--sidecar=${metadata}`, objects];
}

function newKeys(): { accessKey: string; secretKey: string } {
  return { accessKey: `grf${randomBytes(8).toString('hex')}`, secretKey: randomBytes(24).toString('base64url') };
}

async function answers(endpoint: string, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await isHealthy(endpoint))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      const log = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n');
      throw new Error(`The S3 server ${ended ? 'ended' : 'did not answer'} at its start. Its log:\n${log}`);
    }
    await delay(20);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  return fetch(endpoint + health, { signal: AbortSignal.timeout(1_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** An earlier start may have made it, under other keys. */
async function ensureBucket({ endpoint, region, accessKey, secretKey, bucket }: S3Bucket): Promise<void> {
  // Loaded where it is needed: many a test uses this library and no S3.
  const { CreateBucketCommand, S3Client, S3ServiceException } = await import('@aws-sdk/client-s3');
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const isThere = ['BucketAlreadyExists', 'BucketAlreadyOwnedByYou'];
    if (!(error instanceof S3ServiceException && isThere.includes(error.name))) throw error;
  } finally {
    client.destroy();
  }
}
