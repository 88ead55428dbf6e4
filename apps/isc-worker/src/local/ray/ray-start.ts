import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { installationVariable, type LocalSettings } from '../local-settings.ts';
import { tailOf } from '../log-tail.ts';
import { processesWith, type FoundProcess, type ProcessId } from '../process/proc.ts';
import { callDashboard } from './dashboard-call.ts';
import {
  dashboardUrl,
  rayJobVariable,
  rayVariable,
  temporaryFolder,
  type RayCluster,
  type RayServers,
} from './ray-cluster.ts';

const startTimeoutMs = 180_000;
const answerTimeoutMs = 60_000;

/**
 * Starts the Ray in a session of its own, reachable on the loopback interface only, and resolves with its servers once
 * its dashboard answers. It goes on when the worker dies. Its output, and why it failed, goes to `logFile`.
 */
export async function startRay(ray: RayCluster, settings: LocalSettings, logFile: string): Promise<RayServers> {
  await mkdir(ray.folder, { mode: 0o700 });
  await launch(ray, settings, logFile);
  await untilItAnswers(ray);
  return serversOf(ray);
}

/** Every process that this Ray started, its jobs' included. */
export async function processesOf({ instance }: RayCluster): Promise<FoundProcess[]> {
  return processesWith({ [rayVariable]: instance });
}

/** Whether attempts still run on this Ray. */
export async function hasJobs({ instance }: RayCluster): Promise<boolean> {
  return (await processesWith({ [rayJobVariable]: instance })).length > 0;
}

async function launch(ray: RayCluster, settings: LocalSettings, logFile: string): Promise<void> {
  const log = await open(logFile, 'w', 0o600);
  try {
    const child = spawn(settings.python, ['-m', 'ray.scripts.scripts', 'start', ...startOptions(ray, settings)], {
      cwd: ray.folder,
      env: rayEnvironment(ray, settings),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      timeout: startTimeoutMs,
      killSignal: 'SIGKILL',
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    throw new Error(`Ray did not start (${signal ?? `exit code ${code}`}): ${await lastLine(logFile)}`);
  } finally {
    await log.close();
  }
}

function startOptions(ray: RayCluster, { cpus, gpus }: LocalSettings): string[] {
  const { ports } = ray;
  return [
    '--head',
    '--disable-usage-stats',
    `--port=${ports.gcs}`,
    '--dashboard-host=127.0.0.1',
    `--dashboard-port=${ports.dashboard}`,
    `--ray-client-server-port=${ports.client}`,
    `--dashboard-agent-listen-port=${ports.agent}`,
    `--dashboard-agent-grpc-port=${ports.agentGrpc}`,
    `--runtime-env-agent-port=${ports.runtimeEnvAgent}`,
    `--metrics-export-port=${ports.metrics}`,
    `--num-cpus=${cpus}`,
    `--num-gpus=${gpus}`,
    `--temp-dir=${temporaryFolder(ray)}`,
  ];
}

function rayEnvironment(ray: RayCluster, settings: LocalSettings): Record<string, string> {
  return {
    ...settings.inherited,
    [installationVariable]: settings.stateDir,
    [rayVariable]: ray.instance,
    // Off, Ray takes itself for a single machine's and binds to 127.0.0.1; it ignores --node-ip-address=127.0.0.1.
    RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
    // Otherwise a token in the user's home would lock people out of the dashboard.
    RAY_AUTH_MODE: 'disabled',
    // At its own level, `info`, Ray logs the environment of every job, and so its token. Jobs get `info` back.
    RAY_LOGGER_LEVEL: 'warning',
    // Time for the runtime to ship the rest of its log.
    RAY_JOB_STOP_WAIT_TIME_S: '5',
  };
}

async function untilItAnswers(ray: RayCluster): Promise<void> {
  const deadline = Date.now() + answerTimeoutMs;
  while (!(await answers(ray))) {
    if (Date.now() > deadline) throw new Error('Ray has started, but its dashboard does not answer');
    await delay(100);
  }
}

async function answers(ray: RayCluster): Promise<boolean> {
  return callDashboard('GET', `${dashboardUrl(ray)}/api/version`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function serversOf(ray: RayCluster): Promise<RayServers> {
  const processes = await processesOf(ray);
  const server = (program: string): ProcessId => {
    const found = processes.find(({ command }) => command.split(' ', 3).some((word) => word.endsWith(`/${program}`)));
    if (!found) throw new Error(`Ray has started without its ${program}`);
    return { pid: found.pid, startTime: found.startTime };
  };
  return { gcs: server('gcs_server'), raylet: server('raylet'), dashboard: server('dashboard.py') };
}

async function lastLine(logFile: string): Promise<string> {
  const lines = (await tailOf(logFile))?.trim().split('\n');
  return lines?.at(-1) ?? 'it said nothing';
}
