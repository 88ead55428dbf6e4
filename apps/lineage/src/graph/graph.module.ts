import { Module } from '@nestjs/common';
import { GraphRepository } from './graph.repository.ts';
import { GraphService } from './graph.service.ts';

@Module({ providers: [GraphRepository, GraphService], exports: [GraphService] })
export class GraphModule {}
