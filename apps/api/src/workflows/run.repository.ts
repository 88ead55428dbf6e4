import { Injectable } from '@nestjs/common';
import type { RunState } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { In, LessThan, Not } from 'typeorm';
import { AttemptEntity } from './attempt.entity.ts';
import { newAttempt, type Attempt, type AttemptChange, type Run } from './domain/run.ts';
import type { Progress } from './domain/progress.ts';
import { activeRunStates } from './domain/run-state.ts';
import { RunHistoryEntity } from './run-history.entity.ts';
import { RunEntity } from './run.entity.ts';

export interface RunFilter {
  projectId: string;
  states?: string[];
  definition?: string;
  kind?: string;
  name?: string;
}

@Injectable()
export class RunRepository {
  /** In any project: for what speaks of a run by its id alone, as an event. Locked until the end of `tx`. */
  async lock(tx: Tx, id: string): Promise<RunEntity | null> {
    return tx.findOne(RunEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async find(tx: Tx, projectId: string, id: string): Promise<RunEntity | null> {
    return tx.findOneBy(RunEntity, { projectId, id });
  }

  async findMany(tx: Tx, projectId: string, ids: string[]): Promise<RunEntity[]> {
    return tx.findBy(RunEntity, { projectId, id: In(ids) });
  }

  /** The revisions that runs are at: all that a client who waits needs to be asked for. */
  async revisions(tx: Tx, projectId: string, ids: string[]): Promise<Pick<RunEntity, 'id' | 'revision'>[]> {
    return tx.find(RunEntity, { select: { id: true, revision: true }, where: { projectId, id: In(ids) } });
  }

  async activeOfOwner(tx: Tx, projectId: string, ownerKey: string): Promise<RunEntity | null> {
    return tx
      .createQueryBuilder(RunEntity, 'run')
      .setLock('pessimistic_write')
      .where('run.projectId = :projectId AND run.ownerKey = :ownerKey', { projectId, ownerKey })
      .andWhere('run.state IN (:...active)', { active: activeRunStates })
      .getOne();
  }

  /** The newest first, before `beforeId`: ids grow with time. */
  async list(tx: Tx, filter: RunFilter, beforeId: string | undefined, limit: number): Promise<RunEntity[]> {
    const query = tx.createQueryBuilder(RunEntity, 'run').where('run.projectId = :projectId', filter);
    if (filter.states) query.andWhere('run.state IN (:...states)', filter);
    if (filter.definition !== undefined) query.andWhere('run.definitionName = :definition', filter);
    if (filter.kind !== undefined) query.andWhere('run.kind = :kind', filter);
    if (filter.name !== undefined) query.andWhere('run.name = :name', filter);
    if (beforeId !== undefined) query.andWhere('run.id < :beforeId', { beforeId });
    return query.orderBy('run.id', 'DESC').limit(limit).getMany();
  }

  async insert(tx: Tx, run: RunEntity): Promise<void> {
    await tx.insert(RunEntity, run as object);
  }

  /** Writes what was decided, if the run is still at `revision`; false when it is not. */
  async update(tx: Tx, revision: number, run: Run, registered: Partial<RunEntity>): Promise<boolean> {
    const { id, spec: _frozen, ...decided } = run;
    const change = { ...decided, ...registered, heardAt: new Date() };
    // TypeORM's type of a partial update does not know columns that hold JSON.
    const result = await tx.update(RunEntity, { id, revision }, change as object);
    return result.affected === 1;
  }

  /** `from` is the state before; null for a run that is new. */
  async addHistory(tx: Tx, from: RunState | null, run: Run, causedBy: string): Promise<void> {
    await tx.insert(RunHistoryEntity, {
      runId: run.id,
      revision: run.revision,
      projectId: run.spec.project_id,
      fromState: from,
      state: run.state,
      attempt: run.attempt,
      reason: run.reason,
      causedBy,
      changedAt: new Date(),
    });
  }

  async history(tx: Tx, runId: string): Promise<RunHistoryEntity[]> {
    return tx.find(RunHistoryEntity, { where: { runId }, order: { revision: 'ASC' } });
  }

  async addAttempt(tx: Tx, run: Run): Promise<void> {
    await tx.insert(AttemptEntity, { runId: run.id, projectId: run.spec.project_id, ...newAttempt(run.attempt) });
  }

  async findAttempt(tx: Tx, runId: string, number: number): Promise<AttemptEntity | null> {
    return tx.findOneBy(AttemptEntity, { runId, number });
  }

  async attempts(tx: Tx, runId: string): Promise<AttemptEntity[]> {
    return tx.find(AttemptEntity, { where: { runId }, order: { number: 'ASC' } });
  }

  async updateAttempt(tx: Tx, runId: string, { number }: Attempt, change: AttemptChange): Promise<void> {
    await tx.update(AttemptEntity, { runId, number }, change);
  }

  /** Somebody spoke of the run, though nothing changed. */
  async heard(tx: Tx, id: string): Promise<void> {
    await tx.update(RunEntity, { id }, { heardAt: new Date() });
  }

  async setProgress(tx: Tx, id: string, progress: Progress): Promise<void> {
    await tx.update(RunEntity, { id }, { progress, heardAt: new Date() });
  }

  /** The ids of runs of which something may still exist, and that nobody spoke of since `before`. */
  async unheard(tx: Tx, before: Date, limit: number): Promise<string[]> {
    const rows = await tx.find(RunEntity, {
      select: { id: true },
      where: { resources: Not('released'), heardAt: LessThan(before) },
      order: { heardAt: 'ASC' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }

  /** One of them, locked until the end of `tx`; null when it was spoken of meanwhile or another replica has it at hand. */
  async lockUnheard(tx: Tx, id: string, before: Date): Promise<RunEntity | null> {
    const lock = { mode: 'pessimistic_write', onLocked: 'skip_locked' } as const;
    return tx.findOne(RunEntity, { where: { id, heardAt: LessThan(before) }, lock });
  }

  /** The ids of runs whose time is up and that nobody asked to end yet. */
  async overdue(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const rows = await tx.find(RunEntity, {
      select: { id: true },
      where: { state: In(['REQUESTED', 'PROVISIONING', 'RUNNING']), deadlineAt: LessThan(now) },
      order: { deadlineAt: 'ASC' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }
}
