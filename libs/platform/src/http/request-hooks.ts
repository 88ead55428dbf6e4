import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import { continueTrace, currentTrace, withTrace, type Trace } from '../trace/trace.ts';

const traces = new WeakMap<FastifyRequest, Trace>();

/** Starts a trace per request, honouring the caller's `traceparent`, and answers with it. */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const traceparent = request.headers['traceparent'];
    withTrace(typeof traceparent === 'string' ? { traceparent } : {}, () => {
      const trace = currentTrace();
      traces.set(request, trace);
      void reply.header('traceparent', trace.traceparent);
      done();
    });
  });
  // The body arrives in the socket's own context, not in the one of the hook above.
  server.addHook('preValidation', (request, _reply, done) => within(request, done));
}

/** One log line and one observation per answered request. */
export function observeRequests(server: FastifyInstance, metrics: Metrics): void {
  const logger = new Logger('Http');
  const duration = metrics.histogram(
    'griffin_http_request_duration_seconds',
    'Time from the first byte of a request to the last of its answer',
    ['method', 'route', 'status'],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  );
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const seconds = reply.elapsedTime / 1000;
    duration.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    const level = saysNothing(route, reply.statusCode) ? 'debug' : 'log';
    within(request, () => logger[level](requestLine(request, reply.statusCode, seconds)));
    done();
  });
}

function within(request: FastifyRequest, work: () => void): void {
  const trace = traces.get(request);
  if (trace) continueTrace(trace, work);
  else work();
}

/** Probes, scrapes, and whoever asks every few seconds whether something has changed that has not. */
function saysNothing(route: string, status: number): boolean {
  return status === 304 || route.startsWith('/health/') || route === '/metrics';
}

/** The path without its query, which may hold what a caller did not mean to publish. */
function requestLine(request: FastifyRequest, status: number, seconds: number) {
  const [path] = request.url.split('?');
  return { msg: 'request', method: request.method, path, status, duration_ms: Math.round(seconds * 1000) };
}
