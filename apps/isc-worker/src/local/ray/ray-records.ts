import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '../files.ts';
import type { RayCluster } from './ray-cluster.ts';

/** The projects' Rays on this machine, as files: what one worker started, the next one finds. */
export class RayRecords {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'ray');
  }

  async read(projectId: string): Promise<RayCluster | null> {
    const text = await readIfThere(this.#file(projectId));
    return text === null ? null : (JSON.parse(text) as RayCluster);
  }

  async write(ray: RayCluster): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#file(ray.projectId), `${JSON.stringify(ray, null, 2)}\n`);
  }

  async remove(projectId: string): Promise<void> {
    await rm(this.#file(projectId), { force: true });
  }

  /** The project whose Ray was started last. */
  async latestProject(): Promise<string | null> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const projects = (await readdir(this.#folder)).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
    const rays = (await Promise.all(projects.map((project) => this.read(project)))).filter((ray) => ray !== null);
    return rays.toSorted((one, other) => other.startedAt.localeCompare(one.startedAt))[0]?.projectId ?? null;
  }

  logFile(projectId: string): string {
    return join(this.#folder, `${projectId}.log`);
  }

  #file(projectId: string): string {
    return join(this.#folder, `${projectId}.json`);
  }
}
