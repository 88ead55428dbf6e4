import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Attempt, AttemptRef } from '../../backend/attempt.ts';
import { AttemptRefused } from '../../backend/cluster-backend.ts';
import { dashboardAt, type Left, type Observation } from '../../backend/observation.ts';
import { installationVariable, type LocalSettings } from '../local-settings.ts';
import { tailOf } from '../log-tail.ts';
import type { AttemptProcesses } from '../process/attempt-processes.ts';
import type { ProjectRays } from './project-rays.ts';
import { dashboardUrl, rayAddress, rayJobVariable, sessionFolder, type RayCluster } from './ray-cluster.ts';
import { readJob } from './ray-job-observation.ts';
import { RayJobs } from './ray-jobs.ts';

/** Runs attempts that need Ray: one job each on the Ray of their project. */
export class RayRunner {
  readonly #settings: LocalSettings;
  readonly #rays: ProjectRays;
  readonly #processes: AttemptProcesses;
  readonly #changed: (attempt: AttemptRef) => void;
  readonly #logger = new Logger('Ray');

  constructor(
    settings: LocalSettings,
    rays: ProjectRays,
    processes: AttemptProcesses,
    changed: (attempt: AttemptRef) => void,
  ) {
    this.#settings = settings;
    this.#rays = rays;
    this.#processes = processes;
    this.#changed = changed;
  }

  /** The first time, the project's Ray is started; the job is submitted when it is up. */
  async ensure(attempt: Attempt, environment: Record<string, string>): Promise<void> {
    refuseWhatCannotFit(attempt, this.#settings);
    const found = await this.#rays.find(attempt.projectId);
    if (found.kind !== 'up') return this.#rays.begin(attempt.projectId, () => this.#changed(attempt));
    const jobs = new RayJobs(dashboardUrl(found.ray));
    const submissionId = submissionIdOf(attempt);
    if (await jobs.get(submissionId)) return;
    await jobs.submit({
      submissionId,
      command: this.#settings.command,
      environment: { RAY_LOGGER_LEVEL: 'info', ...environment, ...this.#rayVariables(found.ray) },
      metadata: { griffin_run_id: attempt.runId, griffin_attempt: String(attempt.attempt) },
    });
  }

  async observe(attempt: Attempt): Promise<Observation> {
    const found = await this.#rays.find(attempt.projectId);
    if (found.kind === 'up' && isOn(found.ray, attempt)) return this.#look(attempt, found.ray);
    const left = await this.#leftOf(attempt);
    if (found.kind === 'blind' && isOn(found.ray, attempt) && left === 'work')
      return unseen("Ray's dashboard has died.");
    if (attempt.handle || left === 'work') return lostItsRay(left);
    return found.kind === 'starting' ? rayStarts : { kind: 'gone' };
  }

  async remove(attempt: Attempt): Promise<void> {
    const found = await this.#rays.find(attempt.projectId);
    const isAsked = found.kind === 'up' && (await this.#stopJob(attempt, found.ray));
    await this.#processes.end(attempt, isAsked);
  }

  /** Whether Ray sees to the job's end. If not, its processes are ended without it. */
  async #stopJob(attempt: Attempt, ray: RayCluster): Promise<boolean> {
    try {
      const jobs = new RayJobs(dashboardUrl(ray));
      const job = await jobs.get(submissionIdOf(attempt));
      if (!job || typeof readJob(job) !== 'string') return false;
      await jobs.stop(submissionIdOf(attempt));
      return true;
    } catch (error) {
      this.#logger.warn({ msg: 'Ray cannot be asked to stop a job', attempt: attempt.attempt, err: error });
      return false;
    }
  }

  async #look(attempt: Attempt, ray: RayCluster): Promise<Observation> {
    const job = await new RayJobs(dashboardUrl(ray)).get(submissionIdOf(attempt));
    if (!job) return { kind: 'gone' };
    const state = readJob(job);
    if (state === null) return unseen(`Ray gives the job's state as ${job.status}, which is unknown.`);
    if (typeof state === 'string') return alive(state, ray);
    const left = await this.#leftOf(attempt);
    return { kind: 'ended', ...state, logTail: await tailOf(logFileOf(attempt, ray)), left };
  }

  async #leftOf(attempt: Attempt): Promise<Left> {
    return (await this.#processes.find(attempt)).length > 0 ? 'work' : 'nothing';
  }

  #rayVariables(ray: RayCluster): Record<string, string> {
    return {
      GRIFFIN_RAY_ADDRESS: rayAddress(ray),
      GRIFFIN_RAY_SESSION_DIR: sessionFolder(ray),
      [rayJobVariable]: ray.instance,
      [installationVariable]: this.#settings.stateDir,
    };
  }
}

const rayStarts: Observation = {
  kind: 'alive',
  phase: 'starting',
  reason: { code: 'ray_starting', message: "The project's Ray is starting on this machine." },
  handle: null,
  cluster: null,
};

function alive(phase: 'queued' | 'running', ray: RayCluster): Observation {
  const cluster = dashboardAt(dashboardUrl(ray));
  return { kind: 'alive', phase, reason: null, handle: { ray: ray.instance }, cluster };
}

function unseen(message: string): Observation {
  return { kind: 'unseen', reason: { code: 'cluster_unreachable', message } };
}

function lostItsRay(left: Left): Observation {
  const reason = { code: 'cluster_lost', message: 'The Ray that the attempt ran on has died.' };
  return { kind: 'ended', exit: 'failed', exitCode: null, reason, logTail: null, left };
}

/** An attempt that was never seen may have been submitted just before the worker died. */
function isOn(ray: RayCluster, { handle }: Attempt): boolean {
  return handle === null || handle.ray === ray.instance;
}

function refuseWhatCannotFit({ spec }: Attempt, { cpus, gpus }: LocalSettings): void {
  const { workers, cpu, gpu } = spec.resources;
  if (workers * cpu <= cpus && workers * gpu <= gpus) return;
  throw new AttemptRefused({
    code: 'resources_unavailable',
    message:
      `The run asks for ${workers} workers with ${cpu} CPUs and ${gpu} GPUs each; ` +
      `Ray on this machine has ${cpus} CPUs (GRIFFIN_LOCAL_CPUS) and ${gpus} GPUs in all.`,
  });
}

function submissionIdOf({ runId, attempt }: AttemptRef): string {
  return `griffin-${runId}-${attempt}`;
}

function logFileOf(attempt: AttemptRef, ray: RayCluster): string {
  return join(sessionFolder(ray), 'logs', `job-driver-${submissionIdOf(attempt)}.log`);
}
