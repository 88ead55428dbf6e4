import { Injectable } from '@nestjs/common';
import type { Reason, ResolvedRunSpec } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { currentTrace } from '@griffin/platform';
import type { AttemptRef } from '../backend/attempt.ts';
import { Alarm } from './alarm.ts';
import type { WorkloadEvent } from './domain/decision.ts';
import { newWorkload, unwanted, type Workload } from './domain/workload.ts';
import type { WorkloadEntity } from './workload.entity.ts';
import { WorkloadReporter } from './workload.reporter.ts';
import { WorkloadRepository } from './workload.repository.ts';

/** What someone wants of an attempt, and the event that said so. */
export interface Wish extends AttemptRef {
  projectId: string;
  causedBy: string;
}

const superseded = (by: number): Reason => ({ code: 'superseded', message: `Attempt ${by} follows it.` });

/** Remembers which attempts shall exist. Both wishes may come in any order and any number of times. */
@Injectable()
export class WorkloadService {
  constructor(
    private readonly repository: WorkloadRepository,
    private readonly reporter: WorkloadReporter,
    private readonly alarm: Alarm,
  ) {}

  /**
   * The attempt shall exist, unless a later one or its tombstone is known; earlier ones shall not any more. Of one that
   * is over, its end is told again: whoever still asks has missed it.
   */
  async wantPresent(tx: Tx, wish: Wish & { spec: ResolvedRunSpec }): Promise<void> {
    const known = await this.repository.lockRun(tx, wish.runId);
    const same = known.find(({ attempt }) => attempt === wish.attempt);
    if (same) return this.#tellEndAgain(tx, same, wish.causedBy);
    const newest = Math.max(wish.attempt, ...known.map(({ attempt }) => attempt));
    const workload = newest > wish.attempt ? unwanted(newWorkload, superseded(newest)) : newWorkload;
    await this.#insert(tx, wish, wish.spec, workload);
    const earlier = known.filter(({ attempt }) => attempt < wish.attempt);
    await this.#want(tx, earlier, superseded(newest), wish.causedBy);
  }

  /** The attempt and those before it shall not exist. Where it is not known yet, this is remembered for when it is. */
  async wantAbsent(tx: Tx, wish: Wish & { reason: Reason }): Promise<void> {
    const known = await this.repository.lockRun(tx, wish.runId);
    const same = known.find(({ attempt }) => attempt === wish.attempt);
    if (!same) await this.#insert(tx, wish, null, unwanted(newWorkload, wish.reason));
    if (same) await this.#tellEndAgain(tx, same, wish.causedBy);
    const concerned = known.filter(({ attempt }) => attempt <= wish.attempt);
    await this.#want(tx, concerned, wish.reason, wish.causedBy);
  }

  /** Has what just changed looked at without waiting. To be called after the commit. */
  lookNow(): void {
    this.alarm.ring();
  }

  async #insert(tx: Tx, wish: Wish, spec: ResolvedRunSpec | null, workload: Workload): Promise<void> {
    const { runId, attempt, projectId, causedBy } = wish;
    const { traceparent } = currentTrace();
    await this.repository.insert(tx, { runId, attempt, projectId, spec, causedBy, traceparent, ...workload });
  }

  async #want(tx: Tx, workloads: WorkloadEntity[], reason: Reason, causedBy: string): Promise<void> {
    for (const workload of workloads) {
      const { desired, absentReason } = unwanted(workload, reason);
      if (desired === workload.desired) continue;
      await this.repository.update(tx, workload, { desired, absentReason, causedBy }, 0);
    }
  }

  async #tellEndAgain(tx: Tx, workload: WorkloadEntity, causedBy: string): Promise<void> {
    const { outcome, finishedAt, releasedAt } = workload;
    if (!outcome || !finishedAt) return;
    const tell = async (event: WorkloadEvent, at: Date) =>
      this.reporter.tell(tx, workload, [event], [await this.repository.nextRevision(tx)], at, causedBy);
    await tell({ type: 'attempt.finished', outcome }, finishedAt);
    if (releasedAt) await tell({ type: 'attempt.released' }, releasedAt);
  }
}
