import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { attemptKey, type AttemptRef } from '../backend/attempt.ts';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import { Alarm } from './alarm.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import type { LeasedWorkload } from './workload.repository.ts';

export const attemptsAtOnce = Symbol('attempts at once');

/** How soon another replica's requests and leases are seen; our own ring. */
const pollMs = 1_000;
/** What changes within this time is looked at together: a pod that starts changes several times. */
const gatherMs = 100;
/** What is taken up together shares its statements: how much room is waited for, and how long. */
const room = { share: 1 / 4, withinMs: 100 };

/** Keeps taking up attempts that are due, a few at once, for as long as the service runs. What runs goes on without it. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Reconciler');
  readonly #atWork = new Set<Promise<void>>();
  readonly #room = new Alarm();
  /** Whether more may have been due at the last look than could be taken up. */
  #moreIsDue = false;
  readonly #changed = new Map<string, AttemptRef>();
  #stopping = false;
  #stop = () => {};
  readonly #stopped = new Promise<void>((resolve) => (this.#stop = resolve));
  #loop: Promise<void> | undefined;

  constructor(
    private readonly reconciliation: ReconciliationService,
    private readonly backend: ClusterBackend,
    private readonly alarm: Alarm,
    @Inject(attemptsAtOnce) private readonly atOnce: number,
  ) {}

  onApplicationBootstrap(): void {
    this.backend.onChange((attempt) => this.#noteChange(attempt));
    this.#loop = this.#run();
  }

  /** Resolves once nothing is being done any more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    this.#stop();
    this.alarm.ring();
    await this.#loop;
    await Promise.all(this.#atWork);
  }

  async #run(): Promise<void> {
    await Promise.race([this.backend.ready(), this.#stopped]);
    while (!this.#stopping) {
      await this.#takeUpWhatIsDue();
      await this.alarm.wait(pollMs);
      if (!this.#hasRoom) await this.#room.wait(room.withinMs);
    }
  }

  get #hasRoom(): boolean {
    return this.#atWork.size <= this.atOnce * (1 - room.share);
  }

  async #takeUpWhatIsDue(): Promise<void> {
    try {
      const free = this.atOnce - this.#atWork.size;
      const due = await this.reconciliation.claimDue(free);
      this.#moreIsDue = due.length === free;
      for (const attempt of due) this.#start(attempt);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot look for attempts that are due', err: error });
    }
  }

  #start(attempt: LeasedWorkload): void {
    const work = this.#advance(attempt).finally(() => {
      this.#atWork.delete(work);
      if (this.#hasRoom) this.#room.ring();
      if (this.#moreIsDue) this.alarm.ring();
    });
    this.#atWork.add(work);
  }

  async #advance(attempt: LeasedWorkload): Promise<void> {
    try {
      const lookAgainInMs = await this.reconciliation.advance(attempt);
      if (lookAgainInMs !== null) this.alarm.ringIn(lookAgainInMs);
    } catch (error) {
      this.#logger.error({
        msg: 'cannot advance an attempt',
        run_id: attempt.runId,
        attempt: attempt.attempt,
        err: error,
      });
    }
  }

  #noteChange(attempt: AttemptRef): void {
    if (this.#changed.size === 0) setTimeout(() => void this.#lookAtChanged(), gatherMs).unref();
    this.#changed.set(attemptKey(attempt), attempt);
  }

  async #lookAtChanged(): Promise<void> {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    try {
      await this.reconciliation.makeDue(changed);
      this.alarm.ring();
    } catch (error) {
      this.#logger.warn({ msg: 'changes are only seen at the next look', attempts: changed.length, err: error });
    }
  }
}
