import { armFaultPoints } from '@griffin/faults';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Static, TObject, TProperties } from 'typebox';
import { EnvironmentError, readEnvironment } from '../environment/read-environment.ts';
import type { ServiceEnvironment, serviceVariables } from '../environment/service-variables.ts';
import { scrubbed } from '../scrub.ts';
import { createService } from './create-service.ts';

/** The schema of a service's environment: its own variables beside those of every service. */
export type ServiceEnvironmentSchema = TObject<TProperties & typeof serviceVariables>;

export interface ServiceStart<S extends ServiceEnvironmentSchema> {
  name: string;
  environment: S;
  module: (environment: Static<S>) => DynamicModule;
  /** Attaches what is not HTTP, as the event bus, before the service listens. */
  connect?: (app: NestFastifyApplication, environment: Static<S>) => Promise<void> | void;
}

/** The whole `main` of a service: environment, application, bus, port. A failed start is said once; the exit code is 1. */
export async function startService<S extends ServiceEnvironmentSchema>(start: ServiceStart<S>): Promise<void> {
  try {
    await serve(start);
  } catch (error) {
    const shown = error instanceof EnvironmentError ? error.message : stackOf(error);
    process.stderr.write(`${start.name} cannot start: ${scrubbed(shown)}\n`);
    process.exit(1);
  }
}

async function serve<S extends ServiceEnvironmentSchema>({ name, environment, module, connect }: ServiceStart<S>) {
  const variables = readEnvironment(environment);
  const common = variables as ServiceEnvironment;
  const { GRIFFIN_LOG_LEVEL: logLevel, GRIFFIN_PORT: port, GRIFFIN_HOST: host, GRIFFIN_FAULT_DIR: faults } = common;
  if (faults !== undefined) armFaultPoints(faults, name);
  const app = await createService(module(variables), { name, logLevel });
  await connect?.(app, variables);
  await app.startAllMicroservices();
  await app.listen(port, host);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
