import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { Gathered, LongPoll } from '@griffin/platform';
import type { AttemptEntity } from './attempt.entity.ts';
import { activeRunStates } from './domain/run-state.ts';
import type { RunHistoryEntity } from './run-history.entity.ts';
import type { RunEntity } from './run.entity.ts';
import { RunRepository, type RunFilter, type RunStanding } from './run.repository.ts';
import { AttemptUnknown, RunUnknown } from './workflow.errors.ts';

/** Revisions that a client has seen, by run. */
export type Seen = Map<string, number | undefined>;

/** What there is to see of runs. */
@Injectable()
export class RunQueries {
  /** Whoever watches a run asks for it again and again. */
  private readonly standings = new Gathered((ids: string[]) => this.standingsOf(ids));

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

  /**
   * The run, held back for up to `waitSeconds` while it is at the revision `seen`, or at what it is now, and not over.
   * To whoever has `seen` that it is over, the release of its resources is still news.
   * Undefined when it is still at `seen`, which is found out without reading all of it.
   */
  async wait(
    projectId: string,
    id: string,
    seen: number | undefined,
    waitSeconds: number,
  ): Promise<RunEntity | undefined> {
    if (seen === undefined && waitSeconds === 0) return this.get(projectId, id);
    const first = await this.standing(projectId, id);
    const known = seen ?? first.revision;
    const isNews = ({ revision, over, held }: RunStanding) =>
      revision !== known || (over && (seen === undefined || !held));
    const probe = async () => (isNews(await this.standing(projectId, id)) ? true : undefined);
    if (!isNews(first) && waitSeconds > 0) await this.longPoll.until(probe, waitSeconds);
    else if (first.revision === seen) return undefined;
    const run = await this.get(projectId, id);
    return run.revision === seen ? undefined : run;
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

  /** The ids of at most `limit` active runs of the definition that has the name now. */
  async activeOfDefinition(tx: Tx, projectId: string, definition: string, limit: number): Promise<string[]> {
    const runs = await this.runs.list(tx, { projectId, definition, states: activeRunStates }, undefined, limit);
    return runs.map(({ id }) => id);
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

  /** Where the run is, in whatever project. `id` is a UUID. */
  async standingOf(id: string): Promise<RunStanding | undefined> {
    return this.standings.get(id.toLowerCase());
  }

  /** Throws `RunUnknown`. */
  private async standing(projectId: string, id: string): Promise<RunStanding> {
    const standing = await this.standingOf(id);
    if (standing?.projectId !== projectId) throw new RunUnknown(id);
    return standing;
  }

  private async standingsOf(ids: string[]): Promise<Map<string, RunStanding>> {
    const found = await this.database.lookUp((tx) => this.runs.standings(tx, ids));
    return new Map(found.map((standing) => [standing.id, standing]));
  }

  private async idsOfNews(projectId: string, seen: Seen): Promise<string[] | undefined> {
    const runs = await this.runs.revisions(this.database.manager, projectId, [...seen.keys()]);
    const news = runs.filter(({ id, revision }) => seen.get(id) !== revision);
    return news.length > 0 ? news.map(({ id }) => id) : undefined;
  }
}
