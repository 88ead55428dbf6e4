import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessId } from '../process/proc.ts';
import { freePorts } from './free-ports.ts';

/** The variable that every process of one Ray carries, with its instance. */
export const rayVariable = 'GRIFFIN_RAY';
/** The variable that every process of an attempt on it carries besides. */
export const rayJobVariable = 'GRIFFIN_RAY_JOB';

const portNames = ['gcs', 'dashboard', 'client', 'agent', 'agentGrpc', 'runtimeEnvAgent', 'metrics'] as const;
export type RayPorts = Record<(typeof portNames)[number], number>;

/** One Ray of one project, as it is recorded from before its start until it is cleared away. */
export interface RayCluster {
  projectId: string;
  /** Tells it from the project's earlier and later ones. */
  instance: string;
  folder: string;
  ports: RayPorts;
  startedAt: string;
  /** Null until it is up. */
  servers: RayServers | null;
}

/** Without `gcs` or `raylet` a Ray is dead; without `dashboard` it works on, unseen. */
export interface RayServers {
  gcs: ProcessId;
  raylet: ProcessId;
  dashboard: ProcessId;
}

/** A Ray that is yet to be started, with ports that are free now. */
export async function newRayCluster(projectId: string): Promise<RayCluster> {
  const instance = randomBytes(6).toString('hex');
  const numbers = await freePorts(portNames.length);
  const ports = Object.fromEntries(portNames.map((name, index) => [name, numbers[index]])) as RayPorts;
  return {
    projectId,
    instance,
    folder: shortFolder(instance),
    ports,
    startedAt: new Date().toISOString(),
    servers: null,
  };
}

/** For people and for the Jobs API. */
export function dashboardUrl({ ports }: RayCluster): string {
  return `http://127.0.0.1:${ports.dashboard}`;
}

/** For a driver on this machine. */
export function rayAddress({ ports }: RayCluster): string {
  return `127.0.0.1:${ports.gcs}`;
}

/** Ray opens its own folder to everyone, so it lies in one that only we can enter. */
export function temporaryFolder({ folder }: RayCluster): string {
  return join(folder, 'r');
}

export function sessionFolder(ray: RayCluster): string {
  return join(temporaryFolder(ray), 'session_latest');
}

/** Ray's sockets need short paths: the kernel takes 107 characters, and Ray adds up to 80. */
const longestBase = 10;

function shortFolder(instance: string): string {
  const base = tmpdir();
  return join(base.length > longestBase ? '/tmp' : base, `grf-${instance}`);
}
