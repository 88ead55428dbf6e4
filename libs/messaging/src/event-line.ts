import type { EventEnvelope } from '@griffin/contracts';

/** The id of the run that an event is about, if it is about one. */
export function runIdOf({ data }: EventEnvelope): string | undefined {
  if (typeof data !== 'object' || data === null || !('run_id' in data)) return undefined;
  return String(data.run_id);
}

/** The log line of an event, by which a run can be followed from service to service. Heartbeats are for debugging only. */
export function eventLine(msg: string, event: EventEnvelope): { level: 'log' | 'debug'; line: object } {
  const runId = runIdOf(event);
  const line = { msg, type: event.type, event_id: event.id, ...(runId !== undefined && { run_id: runId }) };
  return { level: event.type === 'attempt.progressed' ? 'debug' : 'log', line };
}
