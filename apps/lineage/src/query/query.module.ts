import { Module, type DynamicModule } from '@nestjs/common';
import { GraphModule } from '../graph/graph.module.ts';
import { IngestModule } from '../ingest/ingest.module.ts';
import { LineageController } from './lineage.controller.ts';
import { principalPublicKey } from './principal.guard.ts';
import { QueryService } from './query.service.ts';

@Module({})
export class QueryModule {
  static forService(publicKey: string): DynamicModule {
    return {
      module: QueryModule,
      imports: [GraphModule, IngestModule],
      controllers: [LineageController],
      providers: [QueryService, { provide: principalPublicKey, useValue: publicKey }],
    };
  }
}
