import { Injectable, Logger } from '@nestjs/common';
import { isTerminal } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { decide } from './domain/decide.ts';
import type { Refusal } from './domain/decision.ts';
import { changed, type Run } from './domain/run.ts';
import { isSignOfLife, type Signal } from './domain/signal.ts';
import { assertTransition, desiredOf, eventsOf, type RunEventType } from './domain/transition.ts';
import { runEvents } from './run-events.ts';
import { RunOutputs } from './run-outputs.service.ts';
import type { RunEntity } from './run.entity.ts';
import { RunRepository } from './run.repository.ts';
import { RunUnknown } from './workflow.errors.ts';

/** A signal, the attempt it is about (the current one for null), and the event or actor it comes from. */
export interface Said {
  runId: string;
  attempt: number | null;
  signal: Signal;
  causedBy: string;
}

/** `refusal` is set when the speaker must stop; then nothing was changed. */
export interface Heard {
  run: Run;
  refusal: Refusal | null;
}

/** The one way in which anything changes about a run. */
@Injectable()
export class RunLife {
  private readonly logger = new Logger(RunLife.name);

  constructor(
    private readonly runs: RunRepository,
    private readonly outputs: RunOutputs,
    private readonly outbox: Outbox,
  ) {}

  /** Brings a run to life: the row, its first attempt, its history and `workflow.requested`. */
  async begin(tx: Tx, entity: RunEntity, causedBy: string): Promise<void> {
    const run = asRun(entity);
    await Promise.all([
      this.runs.insert(tx, entity, run, causedBy),
      this.publish(tx, eventsOf(null, run), run, entity, causedBy),
    ]);
  }

  /** Decides what a signal means under the lock of the run's row, and makes it so. Throws `RunUnknown`. */
  async hear(tx: Tx, { runId, attempt: number, signal, causedBy }: Said): Promise<Heard> {
    // In one turn, and in this order: the attempt is read under the lock.
    const [entity, spokenOf] = await Promise.all([
      this.runs.lock(tx, runId),
      number === null ? null : this.runs.findAttempt(tx, runId, number),
    ]);
    if (!entity) throw new RunUnknown(runId);
    const run = asRun(entity);
    const attempt = number === null ? await this.runs.findAttempt(tx, runId, run.attempt) : spokenOf;
    if (!attempt) throw new RunUnknown(runId, number);
    const decision = decide(run, attempt, signal);
    if (decision.verdict === 'refused') return { run, refusal: decision.refusal };
    if (decision.attempt) await this.runs.updateAttempt(tx, runId, attempt, decision.attempt);
    if (!decision.run) {
      if (isSignOfLife(signal) && attempt.number === run.attempt) await this.runs.heard(tx, runId);
      return { run, refusal: null };
    }
    const after = changed(run, decision.run);
    await this.commit(tx, entity, after, causedBy);
    return { run: after, refusal: null };
  }

  /** Publishes again what shall be true of a run that nobody speaks of: a message may have been lost. */
  async remind(tx: Tx, entity: RunEntity): Promise<void> {
    const run = asRun(entity);
    await this.runs.heard(tx, run.id);
    await this.publish(tx, [desiredOf(run)], run, entity, 'reminder');
  }

  /** The only writer of a run's state: with its history, its outputs and its events, or not at all. */
  private async commit(tx: Tx, before: RunEntity, after: Run, causedBy: string): Promise<void> {
    assertTransition(asRun(before), after);
    const ends = isTerminal(after.state) && !isTerminal(before.state);
    const registered = ends ? await this.outputs.conclude(tx, after, causedBy) : before;
    const { modelVersion, datasetVersion } = registered;
    const progress = after.attempt > before.attempt ? null : before.progress;
    const facts = { modelVersion, datasetVersion, createdAt: before.createdAt };
    const [updated] = await Promise.all([
      this.runs.update(tx, before.revision, after, { modelVersion, datasetVersion, progress }),
      after.attempt > before.attempt && this.runs.addAttempt(tx, after),
      this.runs.addHistory(tx, before.state, after, causedBy),
      this.publish(tx, eventsOf(asRun(before), after), after, facts, causedBy),
    ]);
    if (!updated) {
      throw new Error(`Run ${after.id} is no longer at revision ${before.revision}, though its row was locked`);
    }
    if (after.state !== before.state) this.logChange(before, after);
  }

  private logChange(before: RunEntity, after: Run): void {
    const { id: run_id, attempt, reason } = after;
    this.logger.log({ msg: 'run changed', run_id, attempt, from: before.state, to: after.state, reason: reason?.code });
  }

  private async publish(
    tx: Tx,
    types: RunEventType[],
    run: Run,
    facts: Pick<RunEntity, 'modelVersion' | 'datasetVersion' | 'createdAt'>,
    causedBy: string,
  ): Promise<void> {
    const envelope = { subject: run.id, projectId: run.spec.project_id, revision: run.revision, causedBy };
    for (const type of types) await this.outbox.append(tx, { ...envelope, type, data: runEvents[type](run, facts) });
  }
}

/** The row as the rules see it. */
export function asRun(entity: RunEntity): Run {
  const { id, spec, revision, state, attempt, reason, retryable, observation, resources } = entity;
  const { links, metrics, outputs, logTail, startedAt, finishedAt } = entity;
  return {
    id,
    spec,
    revision,
    state,
    attempt,
    reason,
    retryable,
    observation,
    resources,
    links,
    metrics,
    outputs,
    logTail,
    startedAt,
    finishedAt,
  };
}
