import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Tx } from './tx.ts';
import { prepared } from './prepared.ts';

/** A new row of an entity's table; a column that is undefined gets its default. */
export type NewRow<Entity extends ObjectLiteral = ObjectLiteral> = [entity: EntityTarget<Entity>, row: object];

/**
 * Inserts rows, of several tables too when they refer to each other, by one prepared statement. For what is written
 * often: to compose and to send an `insert` of TypeORM's for each takes longer than PostgreSQL takes to store them.
 */
export async function insertRows(tx: Tx, ...rows: NewRow[]): Promise<void> {
  const parameters: unknown[] = [];
  const inserts = rows.map((row) => insertOf(tx, row, parameters));
  const others = inserts.slice(0, -1).map((insert, index) => `row_${index} AS (${insert})`);
  const sql = `${others.length > 0 ? `WITH ${others.join(', ')} ` : ''}${inserts.at(-1)}`;
  await prepared(tx, sql, parameters);
}

/** Adds the values to `parameters`. */
function insertOf(tx: Tx, [entity, row]: NewRow, parameters: unknown[]): string {
  const { driver } = tx.connection;
  const { columns, tableName } = tx.connection.getMetadata(entity);
  const given = columns.filter((column) => column.getEntityValue(row) !== undefined);
  const places = given.map((column) => {
    parameters.push(driver.preparePersistentValue(column.getEntityValue(row), column));
    return `$${parameters.length}`;
  });
  const names = given.map(({ databaseName }) => driver.escape(databaseName));
  return `INSERT INTO ${driver.escape(tableName)} (${names.join(', ')}) VALUES (${places.join(', ')})`;
}
