import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { eventually } from '@griffin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAttempt, aRunSpec, needingRay } from '../backend/attempt.fixtures.ts';
import type { Attempt } from '../backend/attempt.ts';
import { AttemptRefused } from '../backend/cluster-backend.ts';
import type { Observation } from '../backend/observation.ts';
import { LocalBackend } from './local-backend.ts';
import { installationVariable } from './local-settings.ts';
import { processesWith } from './process/proc.ts';
import { signalAll } from './process/signals.ts';
import { dashboardUrl, sessionFolder, type RayCluster } from './ray/ray-cluster.ts';
import { RayRecords } from './ray/ray-records.ts';

const root = resolve(process.env.GRIFFIN_STATE_DIR ?? '.griffin');
const python = join(root, 'venvs/runtimes/bin/python');
const token = 'a-token-that-must-stay-secret';
const project = aRunSpec().project_id;

/** The runtime's part: it does what its environment says, and ends when asked to. */
const program = `
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("goodbye", flush=True), sys.exit(143)))
print("it's running", os.environ["GRIFFIN_RAY_ADDRESS"], flush=True)
if os.environ.get("STUBBORN"):
    subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"], start_new_session=True)
time.sleep(float(os.environ["SECONDS"]))
sys.exit(int(os.environ["CODE"]))
`;

let base: string;
let stateDir: string;
let backend: LocalBackend;

const aBackend = () =>
  new LocalBackend({
    stateDir,
    python,
    command: [python, '-c', program],
    cpus: 2,
    gpus: 0,
    inherited: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });

beforeAll(async () => {
  Logger.overrideLogger(false);
  base = await mkdtemp(join(tmpdir(), 'griffin-ray-'));
  stateDir = join(base, 'a-state-folder-with-a-long-name'.repeat(5));
  backend = aBackend();
});
afterAll(async () => {
  const ray = await new RayRecords(stateDir).read(project);
  for (let left = await ours(); left.length > 0; left = await ours()) signalAll(left, 'SIGKILL');
  if (ray) await rm(ray.folder, { recursive: true, force: true });
  await rm(base, { recursive: true, force: true });
});

const ours = () => processesWith({ [installationVariable]: stateDir });

async function theRay(): Promise<RayCluster> {
  const ray = await new RayRecords(stateDir).read(project);
  if (!ray?.servers) throw new Error('Ray is not up');
  return ray;
}

function anAttemptOnRay(): Attempt {
  return anAttempt(needingRay(aRunSpec({ project_id: project })));
}

/** Takes the steps that the reconciler would, until `isDone`. */
async function until(
  attempt: Attempt,
  environment: Record<string, string>,
  isDone: (seen: Observation) => boolean,
  workers = [backend],
): Promise<Attempt & { seen: Observation }> {
  const variables = {
    GRIFFIN_RUN_ID: attempt.runId,
    GRIFFIN_ATTEMPT: '1',
    GRIFFIN_RUN_TOKEN: token,
    SECONDS: '0',
    CODE: '0',
    ...environment,
  };
  return eventually(
    async () => {
      const looks = await Promise.all(workers.map((worker) => worker.observe(attempt)));
      if (looks.some(({ kind }) => kind === 'gone')) {
        await Promise.all(workers.map((worker) => worker.ensure(attempt, variables)));
      }
      const [seen] = looks;
      if (!seen || !looks.every(isDone)) throw new Error(`It is still ${JSON.stringify(looks)}`);
      return { ...attempt, handle: seen.kind === 'alive' ? seen.handle : attempt.handle, seen };
    },
    { timeoutMs: 150_000, intervalMs: 100 },
  );
}

const isRunning = (seen: Observation) => seen.kind === 'alive' && seen.phase === 'running';
const isOver = (seen: Observation) => seen.kind === 'ended' && seen.left === 'nothing';
const startRunning = (environment: Record<string, string> = {}) =>
  until(anAttemptOnRay(), { SECONDS: '120', ...environment }, isRunning);

async function removed(attempt: Attempt): Promise<Observation> {
  return eventually(
    async () => {
      await backend.remove(attempt);
      const seen = await backend.observe(attempt);
      expect(isOver(seen)).toBe(true);
      return seen;
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
}

const isStarting = (seen: Observation) => seen.kind === 'alive' && seen.phase === 'starting';

it("starts a project's Ray while its dataset is generated", async () => {
  const training = anAttemptOnRay();
  expect(await backend.observe(training)).toEqual({ kind: 'gone' });
  await backend.ensure(anAttempt(aRunSpec({ project_id: project, kind: 'generate-dataset' })), {});
  expect(isStarting(await backend.observe(training))).toBe(true);
});

it('starts one Ray for a project, however many workers ask for it at once', async () => {
  const attempt = anAttemptOnRay();
  await until(attempt, {}, isStarting, [backend, aBackend()]);
  const { seen } = await until(attempt, {}, isOver);
  expect(seen).toMatchObject({ exit: 'succeeded', exitCode: 0 });
  expect(seen.kind === 'ended' && seen.logTail).toContain("it's running 127.0.0.1:");
  const servers = (await ours()).filter(({ command }) => command.includes('gcs_server'));
  expect(servers).toHaveLength(1);
}, 300_000);

it('has it on the loopback interface only', async () => {
  const { ports } = await theRay();
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
  for (const port of Object.values(ports)) {
    expect(await isOpen('127.0.0.1', port)).toBe(true);
    if (outside) expect(await isOpen(outside, port)).toBe(false);
  }
});

it('tells people where to look, and how the runtime failed', async () => {
  const { seen } = await startRunning({ SECONDS: '1', CODE: '3' });
  expect(seen).toMatchObject({ cluster: { dashboardUrl: dashboardUrl(await theRay()) } });
  const failed = await until(anAttemptOnRay(), { CODE: '3' }, isOver);
  expect(failed.seen).toMatchObject({ exit: 'failed', exitCode: 3, reason: { code: 'runtime_error' } });
}, 180_000);

it('refuses at once what this machine can never run', async () => {
  const spec = needingRay(aRunSpec({ project_id: project, resources: { ...aRunSpec().resources, workers: 8 } }));
  await expect(backend.ensure(anAttempt(spec), {})).rejects.toThrow(AttemptRefused);
});

it('lets the next worker adopt what runs, and end it with all that it started', async () => {
  const attempt = await startRunning({ STUBBORN: '1' });
  backend = aBackend();
  expect(isRunning(await backend.observe(attempt))).toBe(true);
  const seen = await removed(attempt);
  expect(seen).toMatchObject({ kind: 'ended' });
  expect(seen.kind === 'ended' && seen.logTail).toContain('goodbye');
  expect(await processesWith({ GRIFFIN_RUN_ID: attempt.runId })).toEqual([]);
}, 180_000);

it('says process_killed when the runtime was killed', async () => {
  const attempt = await startRunning();
  // Ray says RUNNING before the shell around the driver has become the driver.
  const driver = await eventually(async () => {
    const found = await processesWith({ GRIFFIN_RUN_ID: attempt.runId });
    const drivers = found.filter(({ command }) => command.startsWith(`${python} -c`));
    expect(drivers).not.toEqual([]);
    return drivers;
  });
  signalAll(driver, 'SIGKILL');
  const { seen } = await until(attempt, {}, isOver);
  expect(seen).toMatchObject({ exit: 'failed', reason: { code: 'process_killed' } });
}, 180_000);

it('has no secret in a log of Ray', async () => {
  const logs = join(sessionFolder(await theRay()), 'logs');
  const files = (await readdir(logs, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  expect(texts.join('').length).toBeGreaterThan(0);
  expect(texts.join('')).not.toContain(token);
});

it('goes on unseen when the dashboard dies, and starts Ray anew after that', async () => {
  const attempt = await startRunning();
  const before = await theRay();
  if (before.servers) signalAll([before.servers.dashboard], 'SIGKILL');
  await eventually(async () => expect(await backend.observe(attempt)).toMatchObject({ kind: 'unseen' }));
  const another = anAttemptOnRay();
  await backend.ensure(another, {});
  await eventually(() => expect(() => backend.ensure(another, {})).rejects.toThrow('dashboard has died'));
  expect((await theRay()).instance).toBe(before.instance);
  expect(await backend.observe(attempt)).toMatchObject({ kind: 'unseen' });
  const seen = await removed(attempt);
  expect(seen).toMatchObject({ exit: 'failed', reason: { code: 'cluster_lost' } });
  const next = await until(anAttemptOnRay(), {}, isOver);
  expect(next.seen).toMatchObject({ exit: 'succeeded' });
  expect((await theRay()).instance).not.toBe(before.instance);
}, 300_000);

it('says cluster_lost when Ray dies, and ends what is left of it before the next one starts', async () => {
  const attempt = await startRunning();
  const before = await theRay();
  if (before.servers) signalAll([before.servers.gcs, before.servers.raylet], 'SIGKILL');
  // A dashboard without its Ray may hang: one look then takes as long as a call of it is given.
  await eventually(
    async () => {
      expect(await backend.observe(attempt)).toMatchObject({
        kind: 'ended',
        exit: 'failed',
        reason: { code: 'cluster_lost' },
      });
    },
    { timeoutMs: 60_000 },
  );
  expect(await removed(attempt)).toMatchObject({ reason: { code: 'cluster_lost' } });
  backend = aBackend();
  await backend.onApplicationBootstrap();
  const next = await until(anAttemptOnRay(), {}, isOver);
  expect(next.seen).toMatchObject({ exit: 'succeeded' });
  expect((await ours()).filter(({ command }) => command.includes('gcs_server'))).toHaveLength(1);
  await expect(readFile(join(before.folder, 'r', 'ray_current_cluster'))).rejects.toThrow('ENOENT');
}, 300_000);

async function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((settled) => {
    const socket = connect({ host, port });
    socket.once('connect', () => settled(true)).once('error', () => settled(false));
    void delay(2_000).then(() => settled(false));
  }).then((open) => open === true);
}
