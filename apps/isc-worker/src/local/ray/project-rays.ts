import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { LocalSettings } from '../local-settings.ts';
import { isAlive } from '../process/proc.ts';
import { signalAll } from '../process/signals.ts';
import { exclusively } from './exclusive.ts';
import { newRayCluster, type RayCluster } from './ray-cluster.ts';
import { RayRecords } from './ray-records.ts';
import { hasJobs, processesOf, startRay } from './ray-start.ts';

/** What there is of a project's Ray. `blind`: its dashboard died, what runs on it goes on. */
export type RayState = { kind: 'none' } | { kind: 'starting' } | { kind: 'up' | 'blind'; ray: RayCluster };

/** One Ray per project: started when it is needed, and shared by the project's attempts for as long as it lives. */
export class ProjectRays {
  readonly #settings: LocalSettings;
  readonly #records: RayRecords;
  readonly #logger = new Logger('Ray');
  readonly #starting = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, Error>();

  constructor(settings: LocalSettings) {
    this.#settings = settings;
    this.#records = new RayRecords(settings.stateDir);
  }

  /** `up` says that its servers run, not that they answer. One that is dead counts as none. */
  async find(projectId: string): Promise<RayState> {
    const ray = await this.#records.read(projectId);
    const life = ray ? await lifeOf(ray) : 'dead';
    if (ray && life !== 'dead') return { kind: life, ray };
    return { kind: this.#starting.has(projectId) ? 'starting' : 'none' };
  }

  /**
   * Begins to start the project's Ray, unless that is going on or it is up; `then` is called when it is over, for better
   * or worse. Throws what the start before this one failed with, once.
   */
  begin(projectId: string, then: () => void = () => undefined): void {
    const failure = this.#failed.get(projectId);
    this.#failed.delete(projectId);
    if (failure) throw failure;
    if (this.#starting.has(projectId)) return;
    const start = this.#start(projectId)
      .catch((error: unknown) => this.#failed.set(projectId, error instanceof Error ? error : new Error(String(error))))
      .then(() => this.#starting.delete(projectId))
      .then(then);
    this.#starting.set(projectId, start);
  }

  /** Has the project's Ray ready before it is needed. A failure is told to whoever needs it. */
  warmUp(projectId: string): void {
    if (!this.#failed.has(projectId)) this.begin(projectId);
  }

  /** Warms up the Ray that was used last. */
  async warmUpLatest(): Promise<void> {
    const projectId = await this.#records.latestProject();
    if (projectId !== null) this.warmUp(projectId);
  }

  async #start(projectId: string): Promise<void> {
    await exclusively(`ray:${this.#settings.stateDir}:${projectId}`, async () => {
      const before = await this.#records.read(projectId);
      if (before && (await lifeOf(before)) === 'up') return;
      if (before) await this.#clearAway(before);
      const ray = await newRayCluster(projectId);
      await this.#records.write(ray);
      const startedAt = performance.now();
      const servers = await startRay(ray, this.#settings, this.#records.logFile(projectId));
      await this.#records.write({ ...ray, servers });
      const tookMs = Math.round(performance.now() - startedAt);
      this.#logger.log({
        msg: 'Ray is up',
        project_id: projectId,
        dashboard_port: ray.ports.dashboard,
        took_ms: tookMs,
      });
    });
  }

  /** Ends whatever is left of a Ray that is of no more use, and removes its folder. A blind one may still be needed. */
  async #clearAway(ray: RayCluster): Promise<void> {
    if ((await lifeOf(ray)) === 'blind' && (await hasJobs(ray))) {
      throw new Error("Ray's dashboard has died; Ray is started anew when the attempts that run on it are over");
    }
    for (let left = await processesOf(ray); left.length > 0; left = await processesOf(ray)) {
      signalAll(left, 'SIGKILL');
      await delay(50);
    }
    await rm(ray.folder, { recursive: true, force: true });
    await this.#records.remove(ray.projectId);
  }
}

async function lifeOf({ servers }: RayCluster): Promise<'up' | 'blind' | 'dead'> {
  if (!servers || !(await isAlive(servers.gcs)) || !(await isAlive(servers.raylet))) return 'dead';
  return (await isAlive(servers.dashboard)) ? 'up' : 'blind';
}
