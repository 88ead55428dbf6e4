import { Logger } from '@nestjs/common';
import { backoffMs, pause } from '../delivery/backoff.ts';
import { Session, type SessionOptions } from './session.ts';

const pollMs = 1_000;
/** What comes one after the other is worked on together: no round begins sooner after the one before. */
const gatherMs = 25;
/** And the longer a round took, the more comes during a rest: so many times as long, up to so many milliseconds. */
const rest = { times: 3, atMostMs: 100 };

export interface ExclusiveLoopOptions {
  connection: SessionOptions;
  /** Name of the advisory lock that makes it exclusive. */
  lock: string;
  /** A notification on it means that there is work. */
  channel: string;
  /** Does all the work there is. What it does through `session` cannot outlive the lock. */
  work: (session: Session, stopping: AbortSignal) => Promise<void>;
}

/**
 * Keeps `work` going in one of any number of replicas: the one that holds a lock of its session. When that replica dies,
 * PostgreSQL frees the lock and another one takes over within a second. Works on each notification and each second.
 */
export class ExclusiveLoop {
  readonly #options: ExclusiveLoopOptions;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(options: ExclusiveLoopOptions) {
    this.#options = options;
    this.#logger = new Logger(options.lock);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when the work in progress is done and the lock is free. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      try {
        await this.#withSession();
      } catch (error) {
        this.#failures += 1;
        this.#logger.warn({ msg: `Failure ${this.#failures}; starts again`, err: error });
        await pause(backoffMs(this.#failures), stopping);
      }
    }
  }

  async #withSession(): Promise<void> {
    const session = await Session.open(this.#options.connection);
    try {
      await session.listen(this.#options.channel);
      await this.#workInTurn(session);
    } finally {
      await session.end();
    }
  }

  async #workInTurn(session: Session): Promise<void> {
    const { lock, work } = this.#options;
    const stopping = this.#stopping.signal;
    const ending = AbortSignal.any([stopping, session.lost]);
    for (let holder = false; !stopping.aborted;) {
      const begun = performance.now();
      session.lost.throwIfAborted();
      session.clearNotifications();
      holder ||= await session.tryLock(lock);
      if (holder) await work(session, stopping);
      const tookMs = performance.now() - begun;
      this.#failures = 0;
      await session.notified(pollMs, ending);
      const nextMs = Math.max(gatherMs, tookMs + Math.min(rest.times * tookMs, rest.atMostMs));
      const restMs = begun + nextMs - performance.now();
      if (restMs > 0) await pause(restMs, ending);
    }
  }
}
