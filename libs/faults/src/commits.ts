/**
 * Everything that becomes durable or is told to another process, by who does it. Just before and just after each lies a
 * point where a crash hurts most, and where the fault tests kill. What is not in this list has no point: single writes
 * that may be lost or done twice without anyone noticing (leases, when something is looked at next, when a token was last
 * used, an offset that passes over nothing of interest), and what a start makes where it is missing.
 */
export const commits = {
  api: [
    'token.ensure',
    'token.create',
    'token.remove',
    'architecture.add',
    'feature-view.add',
    'definition.add',
    'definition.delete',
    'dataset.generate',
    'run.submit',
    'run.terminate',
    'run.time-out',
    'run.remind',
    'attempt.claim',
    'attempt.progress',
    'attempt.report',
    'worker-event.apply',
    'alias.move',
  ],
  'isc-worker': [
    'request.accept',
    'termination.accept',
    'deletion.accept',
    'workload.claim',
    'workload.record',
    'backend.observe',
    'backend.ensure',
    'backend.remove',
    'backend.remove-definition',
  ],
  lineage: ['event.ingest'],
  /** Of every service that publishes. */
  publisher: ['outbox.publish', 'outbox.mark'],
  /** Of every service, as each consumes. */
  consumer: ['event.acknowledge', 'dead-letter.bury'],
} as const;

export type Commit = (typeof commits)[keyof typeof commits][number];
/**
 * What isc-worker asks of Kubernetes, by verb and kind: `kubernetes.apply.rayjob`. They are steps of what it commits, and
 * only a run on a cluster passes them. So no list holds them: test/cluster finds out which there are.
 */
export type ClusterCall = `kubernetes.${string}.${string}`;
export type Moment = 'before' | 'after';
export type FaultPoint = `${Moment}.${Commit | ClusterCall}`;

export const moments: readonly Moment[] = ['before', 'after'];
