import { Injectable, Logger } from '@nestjs/common';
import type { Attempt, AttemptRef } from '../backend/attempt.ts';
import { AttemptRefused, ClusterBackend } from '../backend/cluster-backend.ts';
import type { Observation } from '../backend/observation.ts';
import type { LocalSettings } from './local-settings.ts';
import { AttemptProcesses } from './process/attempt-processes.ts';
import { attemptsOf, pruneAttemptFolders } from './process/attempt-folder.ts';
import { ProcessRunner } from './process/process-runner.ts';
import { ProjectRays } from './ray/project-rays.ts';
import { RayRunner } from './ray/ray-runner.ts';

const pruneEveryMs = 24 * 60 * 60 * 1_000;

/** Runs attempts on this machine: those that need Ray as jobs on the one Ray of their project, others as a process. */
@Injectable()
export class LocalBackend extends ClusterBackend {
  readonly name = 'local';
  readonly lookEveryMs = 1_000;
  readonly #rays: ProjectRays;
  readonly #rayRunner: RayRunner;
  readonly #processRunner: ProcessRunner;
  readonly #stateDir: string;
  readonly #logger = new Logger('LocalBackend');
  #pruning: NodeJS.Timeout | undefined;
  #listener: (attempt: AttemptRef) => void = () => undefined;

  constructor(settings: LocalSettings) {
    super();
    const processes = new AttemptProcesses(settings.stateDir);
    const changed = (attempt: AttemptRef) => this.#listener(attempt);
    this.#stateDir = settings.stateDir;
    this.#rays = new ProjectRays(settings);
    this.#rayRunner = new RayRunner(settings, this.#rays, processes, changed);
    this.#processRunner = new ProcessRunner(settings, processes, changed);
  }

  async onApplicationBootstrap(): Promise<void> {
    await pruneAttemptFolders(this.#stateDir);
    this.#pruning = setInterval(() => void this.#prune(), pruneEveryMs).unref();
    await this.#rays.warmUpLatest();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#pruning);
  }

  /** A project that generates its datasets is about to train: its Ray starts meanwhile. */
  async ensure(attempt: Attempt, environment: Record<string, string>): Promise<void> {
    refuseSecrets(attempt);
    refuseImages(attempt);
    if (attempt.spec.kind === 'generate-dataset') this.#rays.warmUp(attempt.projectId);
    const scratch = { GRIFFIN_SCRATCH_DIR: attemptsOf(this.#stateDir) };
    await this.#runnerOf(attempt).ensure(attempt, { ...environment, ...scratch });
  }

  async observe(attempt: Attempt): Promise<Observation> {
    return this.#runnerOf(attempt).observe(attempt);
  }

  async remove(attempt: Attempt): Promise<void> {
    await this.#runnerOf(attempt).remove(attempt);
  }

  onChange(listener: (attempt: AttemptRef) => void): void {
    this.#listener = listener;
  }

  async #prune(): Promise<void> {
    await pruneAttemptFolders(this.#stateDir).catch((error: unknown) => {
      this.#logger.warn({ msg: 'cannot remove what old attempts left', err: error });
    });
  }

  #runnerOf({ spec }: Attempt): RayRunner | ProcessRunner {
    return spec.runtime.needs_ray ? this.#rayRunner : this.#processRunner;
  }
}

/** They are kept in a Kubernetes. */
function refuseSecrets({ spec }: Attempt): void {
  if (!spec.secrets || spec.secrets.length === 0) return;
  const names = spec.secrets.map(({ secret, key }) => `${secret}/${key}`).join(', ');
  throw new AttemptRefused({
    code: 'secret_unavailable',
    message: `The local backend has no secrets, and the definition refers to ${names}. Run it on Kubernetes, or take \`secrets\` out of the definition.`,
  });
}

/** What runs here is the Python of this machine: there is nothing that could run an image. */
function refuseImages({ spec }: Attempt): void {
  if (spec.kind !== 'custom') return;
  throw new AttemptRefused({
    code: 'image_unsupported',
    message: `This installation runs attempts as processes and cannot run the image ${spec.runtime.image}. Runs of the kind custom need a Kubernetes: start isc-worker with GRIFFIN_BACKEND=kubernetes.`,
  });
}
