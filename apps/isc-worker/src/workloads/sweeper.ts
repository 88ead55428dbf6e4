import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '@griffin/database';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import type { AttemptRef } from '../backend/attempt.ts';
import { toAttempt } from './workload.entity.ts';
import { WorkloadRepository } from './workload.repository.ts';

const everyMs = 60_000;

/** Removes what is left in the cluster of attempts that are known to be over. Of what it does not know it only speaks. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Sweeper');
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: WorkloadRepository,
    private readonly backend: ClusterBackend,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.sweep(), everyMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async sweep(): Promise<void> {
    for (const ref of this.backend.attempts()) {
      try {
        await this.#sweepAttempt(ref);
      } catch (error) {
        this.#logger.warn({ msg: 'cannot remove what is left of an attempt', ...named(ref), err: error });
      }
    }
  }

  async #sweepAttempt(ref: AttemptRef): Promise<void> {
    const workload = await this.repository.find(this.database.manager, ref);
    if (!workload) return this.#logger.warn({ msg: 'objects of an attempt that is not known', ...named(ref) });
    const attempt = toAttempt(workload);
    if (workload.phase === 'finished' && attempt) await this.backend.remove(attempt);
  }
}

const named = ({ runId, attempt }: AttemptRef) => ({ run_id: runId, attempt });
