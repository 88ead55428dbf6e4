import { LoggerModule } from 'nestjs-pino';
import type { DynamicModule } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { scrubbed } from './scrub.ts';
import { activeTrace, traceIdOf } from './trace/trace.ts';

export interface LoggingOptions {
  service: string;
  level: string;
  /** Where the lines go; standard output unless told. */
  destination?: DestinationStream | undefined;
}

/** JSON lines with the service, the trace and the run they belong to. */
export function loggingModule({ service, level, destination }: LoggingOptions): DynamicModule {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceFields,
    hooks: { streamWrite: scrubbed },
    autoLogging: false,
    quietReqLogger: true,
  };
  // No route: nothing of a request is bound to its log lines but the trace.
  return LoggerModule.forRoot({ pinoHttp: destination ? [options, destination] : options, forRoutes: [] });
}

function traceFields(): object {
  const trace = activeTrace();
  if (!trace) return {};
  return { trace_id: traceIdOf(trace), ...(trace.runId !== undefined && { run_id: trace.runId }) };
}
