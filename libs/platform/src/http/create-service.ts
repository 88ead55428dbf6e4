import { Logger, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger as PinoLogger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { loggingModule } from '../logging.ts';
import { Metrics } from '../metrics/metrics.ts';
import { PlatformModule } from '../platform.module.ts';
import { readJsonBodies } from './json-body.ts';
import { ProblemFilter, sendProblem } from './problem.filter.ts';
import { observeRequests, traceRequests } from './request-hooks.ts';
import { refuseUnreadable } from './unreadable-request.ts';
import { InputValidationPipe } from './validation.pipe.ts';

export interface ServiceOptions {
  /** The service's name in logs: `api`, `isc-worker`, `lineage`. */
  name: string;
  logLevel?: string;
  logDestination?: DestinationStream;
}

const bodyLimitBytes = 1024 * 1024;
const maxParameterLength = 2048;

class ServiceRoot {}

/**
 * A service as all of ours are: Fastify, JSON logs, traces, problems, validated input, metrics, graceful shutdown. It
 * neither listens nor consumes yet. Trailing slashes are optional; a controller's path is the whole path.
 */
export async function createService(
  appModule: Type | DynamicModule,
  { name, logLevel = 'info', logDestination }: ServiceOptions,
): Promise<NestFastifyApplication> {
  const logging = loggingModule({ service: name, level: logLevel, destination: logDestination });
  const root: DynamicModule = { module: ServiceRoot, imports: [logging, PlatformModule, appModule] };
  const adapter = createAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(PinoLogger));
  observeRequests(adapter.getInstance(), app.get(Metrics));
  app.useGlobalPipes(new InputValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();
  return app;
}

function createAdapter(): FastifyAdapter {
  const logger = new Logger('Http');
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxParameterLength },
    clientErrorHandler: refuseUnreadable,
    // What still arrives while the service stops is served: Fastify's own 503 is no problem document.
    return503OnClosing: false,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, error, logger),
  });
  const server = adapter.getInstance();
  readJsonBodies(server);
  traceRequests(server);
  return adapter;
}
