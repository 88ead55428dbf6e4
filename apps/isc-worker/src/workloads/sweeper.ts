import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '@griffin/database';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import type { AttemptRef } from '../backend/attempt.ts';
import { toAttempt, type WorkloadEntity } from './workload.entity.ts';
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
    try {
      const refs = this.backend.attempts();
      const { manager } = this.database;
      for (const ref of await this.repository.findUnknown(manager, refs)) {
        this.#logger.warn({ msg: 'objects of an attempt that is not known', ...named(ref) });
      }
      for (const workload of await this.repository.findReleased(manager, refs)) await this.#remove(workload);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot look for what is left of attempts', err: error });
    }
  }

  async #remove(workload: WorkloadEntity): Promise<void> {
    try {
      const attempt = toAttempt(workload);
      if (attempt) await this.backend.remove(attempt);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot remove what is left of an attempt', ...named(workload), err: error });
    }
  }
}

const named = ({ runId, attempt }: AttemptRef) => ({ run_id: runId, attempt });
