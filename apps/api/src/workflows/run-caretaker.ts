import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '@griffin/database';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';

export const republishAfterSeconds = Symbol('republish after seconds');

const intervalMs = 1_000;
const batch = 50;

/**
 * Keeps runs from being forgotten: ends those whose time is up, and says again what shall be true of those that nobody
 * has spoken of for a while. Every replica does this; the rows that one has at hand, the others skip.
 */
@Injectable()
export class RunCaretaker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RunCaretaker.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly runs: RunRepository,
    private readonly life: RunLife,
    @Inject(republishAfterSeconds) private readonly silenceSeconds: number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => this.tick(), intervalMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /** One round: in one transaction each, so that one failure does not undo the other's work. */
  async look(now = new Date()): Promise<void> {
    await this.endOverdue(now);
    await this.remind(now);
  }

  private tick(): void {
    this.round = this.look()
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => {
        if (this.timer) this.timer = setTimeout(() => this.tick(), intervalMs);
      });
  }

  private async endOverdue(now: Date): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const { id } of await this.runs.overdue(tx, now, batch)) {
        const signal = { type: 'timeout', at: now } as const;
        await this.life.hear(tx, { runId: id, attempt: null, signal, causedBy: 'time-limit' });
      }
    });
  }

  private async remind(now: Date): Promise<void> {
    const silentSince = new Date(now.getTime() - this.silenceSeconds * 1000);
    await this.database.transaction(async (tx) => {
      for (const run of await this.runs.unheard(tx, silentSince, batch)) await this.life.remind(tx, run);
    });
  }
}
