import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import type { Commit } from '@griffin/faults';
import { withTrace } from '@griffin/platform';
import { Listening } from './domain/listening.ts';
import { OwnerLeases } from './owner-leases.service.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';

export const republishAfterSeconds = Symbol('republish after seconds');

const intervalMs = 1_000;
const batch = 50;

/**
 * Keeps runs from being forgotten: ends those whose time is up or whose owner is lost, and says again what shall be true
 * of those that nobody has spoken of for a while, until the cluster said that nothing of them is left. Every replica does
 * this; what one has done or has at hand, the others leave alone.
 */
@Injectable()
export class RunCaretaker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RunCaretaker.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  /** Whoever could not be heard is not lost. */
  private readonly listening = new Listening();

  constructor(
    private readonly database: Database,
    private readonly runs: RunRepository,
    private readonly life: RunLife,
    private readonly leases: OwnerLeases,
    @Inject(republishAfterSeconds) private readonly silenceSeconds: number,
  ) {
    leases.onUnheard(() => this.listening.lost());
  }

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => this.tick(), intervalMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /**
   * One round. Each run has a transaction of its own, so that one that fails leaves the others alone.
   *
   * A lease is ended only by a replica that was able to hear renewals for as long: one whose looks neither failed nor
   * paused. What could not be renewed in an outage is not lost.
   */
  async look(now = new Date()): Promise<void> {
    try {
      await this.lookAfterAll(now);
    } catch (error) {
      this.listening.lost();
      throw error;
    }
  }

  private async lookAfterAll(now: Date): Promise<void> {
    const overdue = await this.runs.overdue(this.database.manager, now, batch);
    for (const runId of overdue) await this.attempt('run.time-out', runId, (tx) => this.end(tx, runId, now));
    const lapsed = await this.leases.lapsed(now, this.listening.heard(now), batch);
    for (const runId of lapsed) await this.attempt('run.time-out', runId, (tx) => this.leases.end(tx, runId, now));
    const silentSince = new Date(now.getTime() - this.silenceSeconds * 1000);
    const unheard = await this.runs.unheard(this.database.manager, silentSince, batch);
    for (const runId of unheard) await this.attempt('run.remind', runId, (tx) => this.remind(tx, runId, silentSince));
  }

  private tick(): void {
    this.round = this.look()
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => {
        if (this.timer) this.timer = setTimeout(() => this.tick(), intervalMs);
      });
  }

  private async attempt(commit: Commit, runId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    const failed = (error: unknown) => this.logger.error({ err: error, run_id: runId }, 'A run cannot be looked after');
    await withTrace({ runId }, () => this.database.transaction(commit, work)).catch(failed);
  }

  private async end(tx: Tx, runId: string, now: Date): Promise<void> {
    await this.life.hear(tx, { runId, attempt: null, signal: { type: 'timeout', at: now }, causedBy: 'time-limit' });
  }

  private async remind(tx: Tx, runId: string, silentSince: Date): Promise<void> {
    const run = await this.runs.lockUnheard(tx, runId, silentSince);
    if (run) await this.life.remind(tx, run);
  }
}
