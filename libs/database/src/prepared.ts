import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';
import type { Tx } from './tx.ts';

/** The texts that were prepared, and what connections call them: PostgreSQL's names are short. */
const names = new Map<string, string>();

/**
 * Runs a statement that is sent often: each connection of the pool has PostgreSQL parse it only once. For texts of which
 * there are few, since they are kept. What is thrown is PostgreSQL's own error, which `sqlState` reads like any other.
 *
 * Statements of one connection run in the order of their calls, and need not be awaited one by one: those called in one
 * turn are sent together. When one fails in a transaction, those after it fail too.
 */
export async function prepared<Row extends object>(tx: Tx, sql: string, parameters: unknown[]): Promise<Row[]> {
  if (!tx.queryRunner) return tx.query<Row[]>(sql, parameters);
  const client = (await tx.queryRunner.connect()) as PoolClient;
  sendTogether(client);
  return (await client.query<Row>({ name: nameOf(sql), text: sql, values: parameters })).rows;
}

/** Holds what is written to the connection from here until the end of this turn: PostgreSQL is woken once for all of it. */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as PoolClient & { connection: { stream: Socket } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  names.set(sql, name);
  return name;
}
