import type { EventData, EventOf } from '@griffin/contracts';
import { v7 as uuid } from 'uuid';
import type { TestService } from './service.fixture.ts';

export const projectId = '0192f0c1-0000-7000-8000-0000000000aa';

export type Progressed = EventOf<'attempt.progressed'>;

/** Publishes the next revision of each run, in the order given and in one transaction each. */
export async function publish(worker: TestService, ...events: [runId: string, revision: number][]): Promise<string[]> {
  const ids = [];
  for (const [runId, revision] of events)
    ids.push(await worker.database.transaction('workload.record', (tx) => append(worker, tx, runId, revision)));
  return ids;
}

export function append(
  { outbox }: TestService,
  tx: Parameters<TestService['outbox']['append']>[0],
  runId: string,
  revision: number,
): Promise<string> {
  return outbox.append(tx, {
    type: 'attempt.progressed',
    subject: runId,
    projectId,
    revision,
    causedBy: 'test',
    data: progress(runId),
  });
}

/** An event as another producer would write it. */
export function progressed(runId: string, revision: number, change: object = {}): Progressed {
  return {
    specversion: '1.0',
    id: uuid(),
    source: '/elsewhere',
    type: 'attempt.progressed',
    subject: runId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    projectid: projectId,
    revision,
    causedby: 'test',
    data: progress(runId),
    ...change,
  };
}

/** The first attempt of a run that nobody would want. */
export function requested(runId: string): EventOf<'workflow.requested'> {
  const named = { id: uuid(), name: 'any', version: 1 };
  const spec: EventData<'workflow.requested'>['spec'] = {
    run_id: runId,
    project_id: projectId,
    name: 'any',
    kind: 'train',
    definition: { ...named, stage: 'prototype' },
    runtime: { name: 'xgboost', version: '1', image: 'any', needs_ray: true },
    architecture: null,
    inputs: [],
    outputs: {},
    config: {},
    resources: { workers: 1, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 0 },
    env: {},
    code: null,
    seed: 1,
    limits: { max_attempts: 1, run_timeout_seconds: 1 },
    artifact_root: 'file:///nowhere',
    digest: 'any',
  };
  const data = { run_id: runId, attempt: 1, spec, requested_at: new Date().toISOString() };
  return { ...progressed(runId, 1), type: 'workflow.requested', data };
}

function progress(runId: string): Progressed['data'] {
  return { run_id: runId, attempt: 1, phase: 'running', reason: null, observed_at: new Date().toISOString() };
}
