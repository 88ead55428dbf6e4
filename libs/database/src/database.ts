import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';

/** A transaction in progress, or the pool for single reads. Repositories take it as their first argument, always. */
export type Tx = EntityManager;

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const maxTries = 5;

/** The one way to the service's own schema. Injectable wherever `DatabaseModule.forService` is imported. */
export class Database {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** For single reads outside of a transaction; each statement may use another connection. */
  get manager(): Tx {
    return this.#dataSource.manager;
  }

  /**
   * Commits all that `work` did, or nothing. `work` runs again from its start when PostgreSQL ended the transaction for
   * the sake of another one (deadlock, serialization), so it must not do anything outside of `tx`.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#dataSource.transaction(work);
      } catch (error) {
        if (tried === maxTries || !lostToAnother(error)) throw error;
        await delay(Math.random() * 10 * 2 ** tried);
      }
    }
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
