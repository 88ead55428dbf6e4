import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { leaseLapsed } from './domain/owner-lease.ts';
import { OwnerLeaseRepository } from './owner-lease.repository.ts';
import type { RunEntity } from './run.entity.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';

/** Lets runs go on for as long as somebody asks for them in their owner's name, where their owner wished that. */
@Injectable()
export class OwnerLeases {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly leases: OwnerLeaseRepository,
    private readonly runs: RunRepository,
    private readonly life: RunLife,
  ) {}

  /** Calls `listener` whenever a renewal could not be written down: the lease may lapse though somebody waits. */
  onUnheard(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Somebody waits for these in their owner's name. Runs of other projects, and those without a lease, stay as they are. */
  async renew(projectId: string, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await this.leases.renew(this.database.manager, projectId, ids, new Date());
    } catch (error) {
      for (const listener of this.listeners) listener();
      throw error;
    }
  }

  /** The owner itself has come again for its run, in `tx`. */
  async renewFor(tx: Tx, { id, projectId, ownerLeaseSeconds }: RunEntity): Promise<void> {
    if (ownerLeaseSeconds === null) return;
    // A renewal passes by what another has at hand, and this one has to count.
    await this.runs.lock(tx, id);
    await this.leases.renew(tx, projectId, [id], new Date());
  }

  /** The ids of runs that nobody has asked for, as far as can be known after listening for so long. */
  async lapsed(now: Date, listenedSeconds: number, limit: number): Promise<string[]> {
    return this.leases.lapsed(this.database.manager, now, listenedSeconds, limit);
  }

  /** Asks one of them to end, unless it was asked for meanwhile. */
  async end(tx: Tx, runId: string, now: Date): Promise<void> {
    const run = await this.leases.lockLapsed(tx, runId, now);
    if (!run) return;
    const signal = { type: 'terminate', reason: leaseLapsed(run.ownerLeaseSeconds ?? 0), at: now } as const;
    await this.life.hear(tx, { runId, attempt: null, signal, causedBy: 'owner-lease' });
  }
}
