import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { EventEnvelope } from '@griffin/contracts';
import { Database, openMigrated } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { Metrics } from '@griffin/platform';
import { freshDatabase } from '@griffin/testing';
import type { DataSource } from 'typeorm';
import type { Attempt, AttemptRef } from '../backend/attempt.ts';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import { dashboardAt, type Observation } from '../backend/observation.ts';
import { DeletedDefinitions } from '../definitions/deleted-definitions.service.ts';
import { schema } from '../schema.ts';
import { Alarm } from './alarm.ts';
import type { AttemptSettings } from './attempt-environment.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import { WorkloadReporter } from './workload.reporter.ts';
import { WorkloadRepository } from './workload.repository.ts';
import { WorkloadService } from './workload.service.ts';

/** A cluster in memory, which obeys at once. */
export class FakeCluster extends ClusterBackend {
  readonly name = 'fake';
  readonly lookEveryMs = 10;
  override settleMs = 0;
  readonly made: string[] = [];
  readonly environments = new Map<string, Record<string, string>>();
  readonly #states = new Map<string, Observation>();
  /** What `ensure` does besides; may hang or throw. */
  onEnsure: (attempt: Attempt) => Promise<void> = async () => undefined;

  async ensure(attempt: Attempt, environment: Record<string, string>): Promise<void> {
    const name = nameOf(attempt);
    if (!this.#states.has(name)) {
      this.made.push(name);
      this.environments.set(name, environment);
      this.#states.set(name, running(name));
    }
    await this.onEnsure(attempt);
  }

  async observe(attempt: Attempt): Promise<Observation> {
    return this.#states.get(nameOf(attempt)) ?? { kind: 'gone' };
  }

  async remove(attempt: Attempt): Promise<void> {
    this.#states.delete(nameOf(attempt));
  }

  onChange(_listener: (attempt: AttemptRef) => void): void {}

  set(attempt: AttemptRef, observation: Observation): void {
    this.#states.set(nameOf(attempt), observation);
  }
}

const nameOf = ({ runId, attempt }: AttemptRef) => `${runId}-${attempt}`;

const running = (uid: string): Observation => ({
  kind: 'alive',
  phase: 'running',
  reason: null,
  handle: { uid },
  cluster: dashboardAt('http://127.0.0.1:8265'),
});

const { privateKey } = generateKeyPairSync('ed25519');

const settings: AttemptSettings = {
  apiUrl: 'http://127.0.0.1:3000',
  runTokenPrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  s3: { GRIFFIN_S3_SECRET_KEY: 'secret' },
};

/** A worker's inside on a database of its own, with a cluster in memory. `another` is one more replica. */
export async function aWorker() {
  Logger.overrideLogger(false);
  const { urls } = await freshDatabase();
  const dataSource = await openMigrated({ url: urls.isc, ...schema });
  const cluster = new FakeCluster();
  const alarm = new Alarm();
  const repository = new WorkloadRepository();
  const database = new Database(dataSource);
  const outbox = new Outbox({
    service: 'isc-worker',
    installation: 'spec',
    bus: { kind: 'kafka', brokers: [] },
    ignores: [],
  });
  const reporter = new WorkloadReporter(outbox, cluster);
  const definitions = new DeletedDefinitions(database);
  const another = () =>
    new ReconciliationService(database, repository, reporter, cluster, definitions, settings, new Metrics());
  return {
    cluster,
    database,
    repository,
    definitions,
    workloads: new WorkloadService(repository, reporter, alarm),
    another,
    events: () => eventsIn(dataSource),
    close: () => dataSource.destroy(),
    /** As if this worker had stood still for longer than its leases last. */
    expireLeases: () => dataSource.query(`UPDATE workload SET lease_until = now() - interval '1 second'`),
    makeAllDue: () => dataSource.query('UPDATE workload SET due_at = now() WHERE released_at IS NULL'),
  };
}

export type Worker = Awaited<ReturnType<typeof aWorker>>;

async function eventsIn(dataSource: DataSource): Promise<EventEnvelope<Record<string, unknown>>[]> {
  const rows = await dataSource.query<{ envelope: EventEnvelope<Record<string, unknown>> }[]>(
    'SELECT envelope FROM outbox ORDER BY id',
  );
  return rows.map(({ envelope }) => envelope);
}

/** Takes whatever is due one step further, until nothing is due at once. */
export async function settle(worker: Worker, reconciliation = worker.another()): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    await worker.makeAllDue();
    for (const attempt of await reconciliation.claimDue(100)) await reconciliation.advance(attempt);
  }
}

export const aCause = () => randomUUID();
