import { Injectable } from '@nestjs/common';
import type { RunState } from '@griffin/contracts';
import { columnsOf, insertRows, prepared, updateRow, type Tx } from '@griffin/database';
import { In, LessThan, Not } from 'typeorm';
import { AttemptEntity } from './attempt.entity.ts';
import { newAttempt, type Attempt, type AttemptChange, type Run } from './domain/run.ts';
import type { Progress } from './domain/progress.ts';
import type { OwnerFilter } from './domain/owner.ts';
import { activeRunStates, wantedRunStates } from './domain/run-state.ts';
import { RunHistoryEntity } from './run-history.entity.ts';
import { RunEntity } from './run.entity.ts';

export interface RunFilter {
  projectId: string;
  states?: string[];
  definition?: string;
  kind?: string;
  name?: string;
  owner?: OwnerFilter;
}

export interface RunStanding extends Pick<RunEntity, 'id' | 'projectId' | 'revision'> {
  over: boolean;
  /** Whether something of it is still in the cluster. */
  held: boolean;
}

@Injectable()
export class RunRepository {
  /** In any project: for what speaks of a run by its id alone, as an event. Locked until the end of `tx`. */
  async lock(tx: Tx, id: string): Promise<RunEntity | null> {
    const sql = `SELECT ${columnsOf(tx, RunEntity)} FROM run WHERE id = $1 FOR UPDATE`;
    const [run] = await prepared<RunEntity>(tx, sql, [id]);
    return run ?? null;
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

  /** In any projects: where runs are, without what they are. */
  async standings(tx: Tx, ids: string[]): Promise<RunStanding[]> {
    return prepared<RunStanding>(
      tx,
      `SELECT id, project_id AS "projectId", revision, finished_at IS NOT NULL AS over, resources = 'held' AS held
       FROM run WHERE id = ANY ($1)`,
      [ids],
    );
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
    for (const [part, value] of Object.entries(filter.owner ?? {})) {
      if (value !== undefined)
        query.andWhere(`run.ownerRef ->> '${part}' = :owner_${part}`, { [`owner_${part}`]: String(value) });
    }
    if (beforeId !== undefined) query.andWhere('run.id < :beforeId', { beforeId });
    return query.orderBy('run.id', 'DESC').limit(limit).getMany();
  }

  /** A new run with its first attempt and its first history. */
  async insert(tx: Tx, entity: RunEntity, run: Run, causedBy: string): Promise<void> {
    await insertRows(
      tx,
      [RunEntity, entity],
      [AttemptEntity, attemptRow(run)],
      [RunHistoryEntity, historyRow(null, run, causedBy)],
    );
  }

  /** Writes what was decided, if the run is still at `revision`; false when it is not. */
  async update(tx: Tx, revision: number, run: Run, registered: Partial<RunEntity>): Promise<boolean> {
    const { id, spec: _frozen, ...decided } = run;
    const change = { ...decided, ...registered, heardAt: new Date() };
    return (await updateRow(tx, RunEntity, { id, revision }, change)) === 1;
  }

  /** `from` is the state before. */
  async addHistory(tx: Tx, from: RunState, run: Run, causedBy: string): Promise<void> {
    await insertRows(tx, [RunHistoryEntity, historyRow(from, run, causedBy)]);
  }

  async history(tx: Tx, runId: string): Promise<RunHistoryEntity[]> {
    return tx.find(RunHistoryEntity, { where: { runId }, order: { revision: 'ASC' } });
  }

  async addAttempt(tx: Tx, run: Run): Promise<void> {
    await insertRows(tx, [AttemptEntity, attemptRow(run)]);
  }

  async findAttempt(tx: Tx, runId: string, number: number): Promise<AttemptEntity | null> {
    const sql = `SELECT ${columnsOf(tx, AttemptEntity)} FROM attempt WHERE run_id = $1 AND number = $2`;
    const [attempt] = await prepared<AttemptEntity>(tx, sql, [runId, number]);
    return attempt ?? null;
  }

  async attempts(tx: Tx, runId: string): Promise<AttemptEntity[]> {
    return tx.find(AttemptEntity, { where: { runId }, order: { number: 'ASC' } });
  }

  async updateAttempt(tx: Tx, runId: string, { number }: Attempt, change: AttemptChange): Promise<void> {
    await updateRow<AttemptEntity>(tx, AttemptEntity, { runId, number }, change);
  }

  /** Somebody spoke of the run, though nothing changed. */
  async heard(tx: Tx, id: string): Promise<void> {
    await updateRow(tx, RunEntity, { id }, { heardAt: new Date() });
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
      where: { state: In(wantedRunStates), deadlineAt: LessThan(now) },
      order: { deadlineAt: 'ASC' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }
}

function attemptRow(run: Run) {
  return { runId: run.id, projectId: run.spec.project_id, ...newAttempt(run.attempt) };
}

function historyRow(from: RunState | null, run: Run, causedBy: string) {
  const { id: runId, revision, state, attempt, reason } = run;
  const projectId = run.spec.project_id;
  return { runId, revision, projectId, fromState: from, state, attempt, reason, causedBy, changedAt: new Date() };
}
