import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../../dev/stack/services.ts';
import { type Commit, commits, type FaultPoint, moments } from '../../libs/faults/src/index.ts';
import { describe, generate, type Journey, malformed, remove, terminate, timeOut, train } from './journeys.ts';

/** A point of one service, and the journey that passes it. */
export interface Target {
  service: ServiceName;
  commit: Commit;
  point: FaultPoint;
  journey: Journey;
}

/** Every point that the code lists. In the short form no model is trained where a dataset passes the point as well. */
export function everyTarget(full = false): Target[] {
  return serviceNames.flatMap((service) =>
    commitsOf(service).flatMap((commit) => {
      const journey = !full && ofAnyRun.has(commit) ? generate : journeyOf(commit);
      return moments.map((moment): Target => ({ service, commit, point: `${moment}.${commit}`, journey }));
    }),
  );
}

function commitsOf(service: ServiceName): Commit[] {
  const published = service === 'lineage' ? [] : commits.publisher;
  return [...commits[service], ...published, ...commits.consumer];
}

const journeys: Partial<Record<Commit, Journey>> = {
  'token.ensure': describe,
  'token.create': describe,
  'token.remove': describe,
  'architecture.add': describe,
  'feature-view.add': describe,
  'definition.add': describe,
  'definition.delete': remove,
  'deletion.accept': remove,
  'backend.remove-definition': remove,
  'dataset.generate': describe,
  'run.terminate': terminate,
  'termination.accept': terminate,
  'backend.remove': terminate,
  'run.time-out': timeOut,
  'dead-letter.bury': malformed,
};

/** Passed by a run whatever it does. Without Ray it is over in a third of the time. */
const ofAnyRun = new Set<Commit>([
  'attempt.claim',
  'worker-event.apply',
  'request.accept',
  'workload.claim',
  'workload.record',
  'backend.observe',
  'backend.ensure',
  'outbox.publish',
  'outbox.mark',
  'event.acknowledge',
]);

const journeyOf = (commit: Commit): Journey => journeys[commit] ?? train;

/** The next passage of the point kills the service, after `letBy` others. */
export async function arm(folder: string, { service, point }: Target, letBy: number): Promise<void> {
  await writeFile(fileOf(folder, service, point), String(letBy));
}

/** True when the point has killed. A point that has not will not any more. */
export async function disarm(folder: string, { service, point }: Target): Promise<boolean> {
  const file = fileOf(folder, service, point);
  const killed = !existsSync(file);
  await rm(file, { force: true });
  return killed;
}

const fileOf = (folder: string, service: ServiceName, point: FaultPoint) => join(folder, `${service}.${point}`);
