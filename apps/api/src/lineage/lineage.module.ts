import { Module, type DynamicModule } from '@nestjs/common';
import { LineageClient, type LineageOptions } from './lineage-client.ts';
import { LineageController } from './lineage.controller.ts';

@Module({})
export class LineageModule {
  static forService(options: LineageOptions): DynamicModule {
    return {
      module: LineageModule,
      controllers: [LineageController],
      providers: [{ provide: LineageClient, useFactory: () => new LineageClient(options) }],
    };
  }
}
