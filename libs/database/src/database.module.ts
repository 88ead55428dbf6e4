import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Database, sqlState } from './database.ts';
import { dataSourceOptions, openMigrated, type ServiceDataSourceOptions } from './service-data-source.ts';

const retry = { retryAttempts: 30, retryDelay: 1_000, toRetry: mayPass };

/** Gives the whole service its `Database` (and TypeORM's `DataSource`), migrated before any other provider starts. */
export class DatabaseModule {
  static forService(options: ServiceDataSourceOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(options), ...retry }),
          dataSourceFactory: () => openMigrated(options),
        }),
      ],
      providers: [
        { provide: Database, useFactory: (dataSource: DataSource) => new Database(dataSource), inject: [DataSource] },
      ],
      exports: [Database, TypeOrmModule],
    };
  }
}

const serverNotReady = ['57P01', '57P02', '57P03', '53300'];

/** A server that is away or still starting may come; a refused password or a broken migration stays so. */
function mayPass(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || serverNotReady.includes(code);
}
