import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { migrate } from './migrate.ts';
import type { ServiceSchema } from './service-role.ts';

type Class<T = object> = new () => T;

export interface ServiceDataSourceOptions {
  /** With the service's own role, as `prepareServer` gives it. */
  url: string;
  schema: ServiceSchema;
  entities: (Class | EntitySchema)[];
  migrations: Class<MigrationInterface>[];
}

const maxConnections = 10;
const connectTimeoutMs = 5_000;

/** How a service connects: names without a schema mean its own one, and nothing but a migration changes that. */
export function dataSourceOptions({ url, schema, entities, migrations }: ServiceDataSourceOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    schema,
    entities,
    migrations,
    applicationName: `griffin-${schema}`,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    connectTimeoutMS: connectTimeoutMs,
    // A pipeline lets a connection send a statement before the answers to earlier ones are there.
    extra: { options: `-c search_path=${schema}`, max: maxConnections, pipeline: true },
  };
}

/** A service's data source outside of Nest, not yet initialized: for specs and tools. */
export function serviceDataSource(options: ServiceDataSourceOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}

/** Connects and brings the schema up to date. The caller ends it with `destroy()`. */
export async function openMigrated(options: ServiceDataSourceOptions): Promise<DataSource> {
  const dataSource = await serviceDataSource(options).initialize();
  try {
    await migrate(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
