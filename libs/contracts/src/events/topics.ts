import { eventTypes, type EventType } from './event-types.ts';

/** The services that have a bus, each under its own name as the consumer group. */
export const serviceNames = ['api', 'isc-worker', 'lineage'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface Topic {
  says: string;
  /** What the message's key is the id of: messages of one key stay in order. */
  key: string;
  /** One writer per truth. */
  publisher: ServiceName;
  consumers: readonly ServiceName[];
}

/** The topics of the events, each of which has the name of its one type: who says what, and who listens. */
export const topics: Record<EventType, Topic> = {
  'workflow.requested': {
    says: 'Attempt N of run R shall exist, with this resolved spec.',
    key: 'run',
    publisher: 'api',
    consumers: ['isc-worker', 'lineage'],
  },
  'workflow.termination-requested': {
    says: 'Attempt N of run R shall not exist. A tombstone: it may arrive before the request that it ends.',
    key: 'run',
    publisher: 'api',
    consumers: ['isc-worker'],
  },
  'cluster.ready': {
    says: 'What the attempt runs on is up.',
    key: 'run',
    publisher: 'isc-worker',
    consumers: ['api'],
  },
  'attempt.progressed': {
    says: 'What is seen of an attempt that is not over. Repeated while it lives, so that silence means something.',
    key: 'run',
    publisher: 'isc-worker',
    consumers: ['api'],
  },
  'attempt.finished': {
    says: "The cluster's side of an attempt's end: nothing of it can compute any more.",
    key: 'run',
    publisher: 'isc-worker',
    consumers: ['api'],
  },
  'attempt.released': {
    says: 'Every object of an attempt that is over is gone. It may arrive before the end does.',
    key: 'run',
    publisher: 'isc-worker',
    consumers: ['api'],
  },
  'run.completed': {
    says: "The run's one final truth, with all references, links and outputs: exactly one per run.",
    key: 'run',
    publisher: 'api',
    consumers: ['lineage'],
  },
  'dataset.materialized': {
    says: 'A version of a training dataset is ready.',
    key: 'dataset version',
    publisher: 'api',
    consumers: ['lineage'],
  },
  'model.registered': {
    says: 'A version of a registered model exists.',
    key: 'model version',
    publisher: 'api',
    consumers: ['lineage'],
  },
  'model.alias-moved': {
    says: 'An alias of a registered model points to another version, or to none.',
    key: 'registered model',
    publisher: 'api',
    consumers: ['lineage'],
  },
  'definition.deleted': {
    says: 'A workflow definition is no more: no run of it is active, and none will be.',
    key: 'workflow definition',
    publisher: 'api',
    consumers: ['isc-worker', 'lineage'],
  },
};

export const publishedBy = (service: ServiceName): EventType[] =>
  everyType.filter((type) => topics[type].publisher === service);

export const consumedBy = (service: ServiceName): EventType[] =>
  everyType.filter((type) => topics[type].consumers.includes(service));

const everyType = Object.keys(eventTypes) as EventType[];
