import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import { LongPoll } from '@griffin/platform';
import type { AttemptEntity } from './attempt.entity.ts';
import type { RunHistoryEntity } from './run-history.entity.ts';
import type { RunEntity } from './run.entity.ts';
import { RunRepository, type RunFilter } from './run.repository.ts';
import { AttemptUnknown, RunUnknown } from './workflow.errors.ts';

/** Revisions that a client has seen, by run. */
export type Seen = Map<string, number | undefined>;

/** What there is to see of runs. */
@Injectable()
export class RunQueries {
  constructor(
    private readonly database: Database,
    private readonly runs: RunRepository,
    private readonly longPoll: LongPoll,
  ) {}

  /** Throws `RunUnknown`. */
  async get(projectId: string, id: string): Promise<RunEntity> {
    const run = await this.runs.find(this.database.manager, projectId, id);
    if (!run) throw new RunUnknown(id);
    return run;
  }

  /** The run, held back for up to `waitSeconds` while it is at the revision `seen` and not over. */
  async wait(projectId: string, id: string, seen: number | undefined, waitSeconds: number): Promise<RunEntity> {
    const first = await this.get(projectId, id);
    if (first.finishedAt !== null || waitSeconds === 0) return first;
    const known: Seen = new Map([[id, seen ?? first.revision]]);
    await this.longPoll.until(() => this.idsOfNews(projectId, known), waitSeconds);
    return this.get(projectId, id);
  }

  /** Those of the runs that are not at the revision the client has seen; ids that the project lacks are left out. */
  async news(projectId: string, seen: Seen, waitSeconds: number): Promise<RunEntity[]> {
    const ids = await this.longPoll.until(() => this.idsOfNews(projectId, seen), waitSeconds);
    return ids ? this.runs.findMany(this.database.manager, projectId, ids) : [];
  }

  /** One row more than `limit`, when there are more. */
  async list(filter: RunFilter, beforeId: string | undefined, limit: number): Promise<RunEntity[]> {
    return this.runs.list(this.database.manager, filter, beforeId, limit + 1);
  }

  async attempts(projectId: string, id: string): Promise<AttemptEntity[]> {
    await this.get(projectId, id);
    return this.runs.attempts(this.database.manager, id);
  }

  /** Throws `RunUnknown` or `AttemptUnknown`. */
  async attempt(projectId: string, id: string, number: number): Promise<AttemptEntity> {
    const attempts = await this.attempts(projectId, id);
    const attempt = attempts.find((candidate) => candidate.number === number);
    if (!attempt) throw new AttemptUnknown(id, number);
    return attempt;
  }

  async history(projectId: string, id: string): Promise<RunHistoryEntity[]> {
    await this.get(projectId, id);
    return this.runs.history(this.database.manager, id);
  }

  private async idsOfNews(projectId: string, seen: Seen): Promise<string[] | undefined> {
    const runs = await this.runs.revisions(this.database.manager, projectId, [...seen.keys()]);
    const news = runs.filter(({ id, revision }) => seen.get(id) !== revision);
    return news.length > 0 ? news.map(({ id }) => id) : undefined;
  }
}
