import type { DataSource } from 'typeorm';
import { withAdvisoryLock } from './advisory-lock.ts';

/** Brings the schema up to date. Replicas that boot at once take turns: the first migrates, the others find it done. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const lockHolder = dataSource.createQueryRunner();
  try {
    await withAdvisoryLock(
      (sql, parameters) => lockHolder.query(sql, parameters),
      `griffin:migrate:${schemaOf(dataSource)}`,
      () => dataSource.runMigrations({ transaction: 'each' }),
    );
  } finally {
    await lockHolder.release();
  }
}

function schemaOf(dataSource: DataSource): string {
  return 'schema' in dataSource.options ? String(dataSource.options.schema) : 'public';
}
