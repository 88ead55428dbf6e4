import { Module } from '@nestjs/common';
import { GraphModule } from '../graph/graph.module.ts';
import { IngestController } from './ingest.controller.ts';
import { IngestRepository } from './ingest.repository.ts';
import { IngestService } from './ingest.service.ts';

@Module({
  imports: [GraphModule],
  controllers: [IngestController],
  providers: [IngestRepository, IngestService],
  exports: [IngestService],
})
export class IngestModule {}
