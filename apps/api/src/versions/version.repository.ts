import type { Tx } from '@griffin/database';
import { canonicalDigest } from '@griffin/platform';
import type { EntityTarget, FindOptionsWhere } from 'typeorm';
import { v7 as uuid } from 'uuid';

/** A row that is one version of something with a name. */
export interface VersionRow<Body> {
  id: string;
  projectId: string;
  name: string;
  version: number;
  body: Body;
  createdAt: Date;
}

/** The table of something whose versions never change: each says all of it, and the newest is what counts. */
export class VersionRepository<Body extends object, Row extends VersionRow<Body>> {
  readonly #entity: EntityTarget<Row>;
  readonly #kind: string;

  /** `kind` names the table's nouns apart from all others. */
  constructor(entity: EntityTarget<Row>, kind: string) {
    this.#entity = entity;
    this.#kind = kind;
  }

  /** Adds the next version, or gives the newest with `created` false when that says the same. */
  async add(tx: Tx, projectId: string, name: string, body: Body): Promise<{ row: Row; created: boolean }> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${this.#kind}:${projectId}:${name}`]);
    const newest = await this.find(tx, projectId, name, null);
    if (newest && canonicalDigest(newest.body) === canonicalDigest(body)) return { row: newest, created: false };
    const version = (newest?.version ?? 0) + 1;
    const row = { id: uuid(), projectId, name, version, body, createdAt: new Date() } as Row;
    await tx.insert(this.#entity, row as object);
    return { row, created: true };
  }

  /** The version with that number; the newest one for null. */
  async find(tx: Tx, projectId: string, name: string, version: number | null): Promise<Row | null> {
    const where = { projectId, name, ...(version !== null && { version }) } as FindOptionsWhere<Row>;
    return tx.findOne(this.#entity, { where, order: { version: 'DESC' } as never });
  }

  /** The newest version of each name after `afterName`, by name; `condition` may narrow them, as SQL over `newest`. */
  async newest(
    tx: Tx,
    projectId: string,
    afterName: string,
    limit: number,
    condition: { sql: string; values: object } = { sql: 'true', values: {} },
  ): Promise<Row[]> {
    return tx
      .createQueryBuilder(this.#entity, 'newest')
      .where('newest.projectId = :projectId AND newest.name > :afterName', { projectId, afterName })
      .andWhere(
        (query) =>
          `NOT EXISTS ${query
            .subQuery()
            .select('1')
            .from(this.#entity, 'later')
            .where('later.projectId = newest.projectId AND later.name = newest.name AND later.version > newest.version')
            .getQuery()}`,
      )
      .andWhere(condition.sql, condition.values)
      .orderBy('newest.name')
      .limit(limit)
      .getMany();
  }
}
