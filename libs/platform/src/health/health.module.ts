import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { HealthController } from './health.controller.ts';
import { healthChecks, type HealthChecks } from './health-checks.ts';

export type { HealthChecks };

/** What a service's readiness is made of: `checks` gets what `inject` names. */
export interface HealthOptions<D extends unknown[]> {
  inject: { [I in keyof D]: InjectionToken<D[I]> };
  checks: (...dependencies: D) => HealthChecks;
}

/** `GET /health/live` and `GET /health/ready`, both open to everyone. */
@Module({})
export class HealthModule {
  static forService<D extends unknown[]>({ inject, checks }: HealthOptions<D>): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [{ provide: healthChecks, inject, useFactory: checks }],
    };
  }
}
