import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Tx } from './tx.ts';

/** All columns under the names of their properties: what a statement of our own selects or returns reads as the entity. */
export function columnsOf<Entity extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Entity>): string {
  const { columns, tableName } = tx.connection.getMetadata(entity);
  const { driver } = tx.connection;
  const named = columns.map(
    ({ databaseName, propertyName }) =>
      `${driver.escape(tableName)}.${driver.escape(databaseName)} AS ${driver.escape(propertyName)}`,
  );
  return named.join(', ');
}
