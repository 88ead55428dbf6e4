import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { prepared } from './prepared.ts';
import type { Tx } from './tx.ts';

/**
 * Updates the rows of an entity's table that are as `where` says, by a prepared statement; gives how many. For what is
 * written often: to compose an `update` of TypeORM's takes longer than PostgreSQL takes for it.
 */
export async function updateRow<Entity extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Entity>,
  where: Partial<Entity>,
  change: Partial<Entity>,
): Promise<number> {
  const { driver } = tx.connection;
  const { columns, tableName } = tx.connection.getMetadata(entity);
  const parameters: unknown[] = [];
  const equations = (values: ObjectLiteral) =>
    columns
      .filter((column) => column.getEntityValue(values) !== undefined)
      .map((column) => {
        parameters.push(driver.preparePersistentValue(column.getEntityValue(values), column));
        return `${driver.escape(column.databaseName)} = $${parameters.length}`;
      });
  const set = equations(change).join(', ');
  const update = `UPDATE ${driver.escape(tableName)} SET ${set} WHERE ${equations(where).join(' AND ')} RETURNING 1`;
  const sql = `WITH changed AS (${update}) SELECT count(*)::integer AS count FROM changed`;
  const [changed] = await prepared<{ count: number }>(tx, sql, parameters);
  return changed?.count ?? 0;
}
