import { setTimeout as delay } from 'node:timers/promises';
import { type Commit, faultPoint } from '@griffin/faults';
import type { DataSource } from 'typeorm';
import { GroupCommit } from './group-commit.ts';
import { SharedConnection } from './shared-connection.ts';
import type { Tx } from './tx.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const maxTries = 5;

/** The one way to the service's own schema. Injectable wherever `DatabaseModule.forService` is imported. */
export class Database {
  readonly #dataSource: DataSource;
  readonly #shared: SharedConnection;
  readonly #groups = new Map<Commit, GroupCommit>();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#shared = new SharedConnection(dataSource);
  }

  /** For single reads outside of a transaction; each statement may use another connection. */
  get manager(): Tx {
    return this.#dataSource.manager;
  }

  /** For single statements that every other request sends: those under way at a time share a connection. */
  async lookUp<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#shared.use(work);
  }

  /**
   * Commits all that `work` did, or nothing; `commit` names it. `work` runs again from its start when PostgreSQL ended the
   * transaction for the sake of another one (deadlock, serialization), so it must not do anything outside of `tx`.
   */
  async transaction<T>(commit: Commit, work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#try(commit, work);
      } catch (error) {
        if (tried === maxTries || !lostToAnother(error)) throw error;
        await delay(Math.random() * 10 * 2 ** tried);
      }
    }
  }

  /**
   * As `transaction`, for work of which much comes at once: what asks for the same commit while one is under way shares
   * the next, unless it has the same `key`, which says what it locks first. `work` runs beside that of other keys on one
   * connection: it must not wait for anything but its own statements, nor count on a lock to keep out other keys.
   */
  async grouped<T>(commit: Commit, key: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const known = this.#groups.get(commit);
    const group = known ?? new GroupCommit((together) => this.transaction(commit, together));
    if (!known) this.#groups.set(commit, group);
    return group.add(key, work);
  }

  /** For reads that belong together: they see one state of the database, and change nothing. */
  async snapshot<T>(read: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#dataSource.transaction('REPEATABLE READ', async (tx) => {
      await tx.query('SET TRANSACTION READ ONLY');
      return read(tx);
    });
  }

  async #try<T>(commit: Commit, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.#dataSource.transaction(async (tx) => {
      const done = await work(tx);
      faultPoint(`before.${commit}`);
      return done;
    });
    faultPoint(`after.${commit}`);
    return result;
  }
}

function lostToAnother(error: unknown): boolean {
  const code = sqlState(error);
  return code === serializationFailure || code === deadlockDetected;
}

/** The five-character SQLSTATE of an error from PostgreSQL, as `23505` for a broken unique constraint. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('driverError' in error) return sqlState(error.driverError);
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
