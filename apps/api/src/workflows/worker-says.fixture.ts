import type { EventData, EventOf, ResolvedRunSpec } from '@griffin/contracts';
import { v7 as uuid } from 'uuid';
import type { TestApi } from '../api.fixture.ts';
import { WorkerEventsHandler } from './events/worker-events.handler.ts';

type WorkerEvent = 'cluster.ready' | 'attempt.progressed' | 'attempt.finished' | 'attempt.released';
type Said<T extends WorkerEvent> = Partial<EventData<T>>;

const now = () => new Date().toISOString();

/** An event as the worker would publish it about an attempt of the run with this spec. */
export function aClusterReady(spec: ResolvedRunSpec, said: Said<'cluster.ready'> = {}): EventOf<'cluster.ready'> {
  const shape = { workers: 2, cpu: 1, gpu: 0 };
  const data = {
    ...about(spec),
    backend: 'kubernetes',
    dashboard_url: 'http://127.0.0.1:8265',
    dashboard_address: 'http://head:8265',
    shape,
    ready_at: now(),
  };
  return { ...envelope(spec), type: 'cluster.ready', data: { ...data, ...said } };
}

export function aProgress(
  spec: ResolvedRunSpec,
  said: Said<'attempt.progressed'> = {},
  revision = 1,
): EventOf<'attempt.progressed'> {
  const data = { ...about(spec), phase: 'running' as const, reason: null, observed_at: now() };
  return { ...envelope(spec), revision, type: 'attempt.progressed', data: { ...data, ...said } };
}

export function aFinish(spec: ResolvedRunSpec, said: Said<'attempt.finished'> = {}): EventOf<'attempt.finished'> {
  const exit = { exit: 'failed' as const, exit_code: 1, reason: null, retryable: false, log_tail: 'the tail' };
  return {
    ...envelope(spec),
    type: 'attempt.finished',
    data: { ...about(spec), ...exit, finished_at: now(), ...said },
  };
}

export function aRelease(spec: ResolvedRunSpec, said: Said<'attempt.released'> = {}): EventOf<'attempt.released'> {
  const data = { ...about(spec), released_at: now(), ...said };
  return { ...envelope(spec), type: 'attempt.released', data };
}

/** What api does when it hears an event. */
export async function hear(api: TestApi, event: EventOf<WorkerEvent>): Promise<void> {
  const handler = api.app.get(WorkerEventsHandler);
  switch (event.type) {
    case 'cluster.ready':
      return handler.onClusterReady(event);
    case 'attempt.progressed':
      return handler.onProgressed(event);
    case 'attempt.finished':
      return handler.onFinished(event);
    case 'attempt.released':
      return handler.onReleased(event);
  }
}

const about = ({ run_id }: ResolvedRunSpec) => ({ run_id, attempt: 1 });

function envelope({ run_id, project_id }: ResolvedRunSpec) {
  return {
    specversion: '1.0' as const,
    id: uuid(),
    source: '/griffin/spec/isc-worker',
    subject: run_id,
    time: now(),
    datacontenttype: 'application/json' as const,
    projectid: project_id,
    revision: 1,
    causedby: 'a spec',
  };
}
