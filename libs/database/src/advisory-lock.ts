/** Runs one statement, always on the same connection: the lock is that connection's. */
export type Query = (sql: string, parameters: unknown[]) => Promise<unknown>;

/**
 * Runs `work` while no other holder of the lock `name` in this database does. Waits for as long as it takes; PostgreSQL
 * frees the lock when the connection ends, whatever became of its process.
 */
export async function withAdvisoryLock<T>(query: Query, name: string, work: () => Promise<T>): Promise<T> {
  await query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  try {
    return await work();
  } finally {
    await query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
}
