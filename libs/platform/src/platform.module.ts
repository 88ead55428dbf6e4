import { Global, Module } from '@nestjs/common';
import { LongPoll } from './http/long-poll.ts';
import { Metrics } from './metrics/metrics.ts';
import { MetricsController } from './metrics/metrics.controller.ts';

/** What every service has at hand without importing it: `Metrics` (served at `/metrics`) and `LongPoll`. */
@Global()
@Module({ controllers: [MetricsController], providers: [Metrics, LongPoll], exports: [Metrics, LongPoll] })
export class PlatformModule {}
