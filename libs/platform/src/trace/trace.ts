import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What belongs to one piece of work across services and events. `traceparent` is W3C Trace Context. */
export interface Trace {
  traceparent: string;
  runId?: string;
}

const traces = new AsyncLocalStorage<Trace>();
const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace of the work in progress; a new one where none was started, so that an event always carries one. */
export function currentTrace(): Trace {
  return traces.getStore() ?? { traceparent: newTraceparent() };
}

/** The trace of the work in progress, if any was started. */
export function activeTrace(): Trace | undefined {
  return traces.getStore();
}

/**
 * Runs `work` within the current trace changed by `partial`; everything it awaits sees it. A given `traceparent` is a
 * parent's: the work gets a span of its own in that trace. A malformed one starts a new trace.
 */
export function withTrace<T>(partial: Partial<Trace>, work: () => T): T {
  const outer = traces.getStore();
  const traceparent = partial.traceparent === undefined ? outer?.traceparent : childOf(partial.traceparent);
  return traces.run({ ...outer, ...partial, traceparent: traceparent ?? newTraceparent() }, work);
}

/** Runs `work` within exactly this trace: for a callback that left it. */
export function continueTrace<T>(trace: Trace, work: () => T): T {
  return traces.run(trace, work);
}

/** The 32 hex digits that all spans of a trace share. */
export function traceIdOf(trace: Trace): string {
  return trace.traceparent.slice(3, 35);
}

function newTraceparent(): string {
  return `00-${newTraceId()}-${newSpanId()}-01`;
}

function childOf(parent: string): string {
  if (!wellFormed.test(parent)) return newTraceparent();
  return `${parent.slice(0, 36)}${newSpanId()}${parent.slice(52)}`;
}

/** Node draws the randomness of many UUIDs at once; a trace needs two for each request. */
const newTraceId = () => randomUUID().replaceAll('-', '');
const newSpanId = () => newTraceId().slice(16);
