import { Controller, Get, Header } from '@nestjs/common';
import { Metrics } from './metrics.ts';

@Controller('metrics')
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** The Prometheus text format. */
  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async read(): Promise<string> {
    return this.#metrics.registry.metrics();
  }
}
