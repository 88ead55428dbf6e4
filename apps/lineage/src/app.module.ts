import { Module, type DynamicModule } from '@nestjs/common';
import { Database, DatabaseModule } from '@griffin/database';
import { MessagingModule } from '@griffin/messaging';
import { busSettings, HealthModule } from '@griffin/platform';
import type { Environment } from './environment.ts';
import { IngestModule } from './ingest/ingest.module.ts';
import { QueryModule } from './query/query.module.ts';
import { schema } from './schema.ts';

/** Projects api's events into a graph, and answers where things come from and what came of them. */
@Module({})
export class AppModule {
  static forEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forService({ url: environment.GRIFFIN_DATABASE_URL, ...schema }),
        MessagingModule.forService({
          service: 'lineage',
          installation: environment.GRIFFIN_INSTALLATION,
          bus: busSettings(environment),
          ignores: [],
        }),
        HealthModule.forService({
          inject: [Database],
          checks: (database: Database) => ({ database: () => database.manager.query('SELECT 1') }),
        }),
        IngestModule,
        QueryModule.forService(environment.GRIFFIN_PRINCIPAL_PUBLIC_KEY),
      ],
    };
  }
}
