import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Tx } from './database.ts';

/** The texts that were prepared, and what connections call them: PostgreSQL's names are short. */
const names = new Map<string, string>();

/**
 * Runs a statement that is sent often: each connection of the pool has PostgreSQL parse it only once. For texts of which
 * there are few, since they are kept. What is thrown is PostgreSQL's own error, which `sqlState` reads like any other.
 */
export async function prepared<Row extends object>(tx: Tx, sql: string, parameters: unknown[]): Promise<Row[]> {
  if (!tx.queryRunner) return tx.query<Row[]>(sql, parameters);
  const client = (await tx.queryRunner.connect()) as PoolClient;
  return (await client.query<Row>({ name: nameOf(sql), text: sql, values: parameters })).rows;
}

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  names.set(sql, name);
  return name;
}
