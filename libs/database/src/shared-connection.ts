import type { DataSource, QueryRunner } from 'typeorm';
import type { Tx } from './tx.ts';

/**
 * One connection for all the work that is under way at a time, which sends its statements without waiting for those of
 * others: what is sent in one turn wakes PostgreSQL once. No work may begin a transaction on it.
 */
export class SharedConnection {
  readonly #dataSource: DataSource;
  #current: { runner: QueryRunner; users: number } | undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async use<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const mine = (this.#current ??= { runner: this.#dataSource.createQueryRunner(), users: 0 });
    mine.users += 1;
    try {
      return await work(mine.runner.manager);
    } catch (error) {
      // It may be the connection that failed: whoever comes now gets another one.
      this.#leave(mine);
      throw error;
    } finally {
      mine.users -= 1;
      if (mine.users === 0) {
        this.#leave(mine);
        await mine.runner.release();
      }
    }
  }

  #leave(connection: object): void {
    if (this.#current === connection) this.#current = undefined;
  }
}
