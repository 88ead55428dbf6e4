/**
 * Creates the objects of runs by the worker's own builders and client, as many at once, and nothing else: no requests, no
 * database, no watches. Reads what to create from the file that it is given; says on standard output when it began.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Attempt } from '../../../apps/isc-worker/src/backend/attempt.ts';
import type { ClusterSettings } from '../../../apps/isc-worker/src/manifests/cluster-settings.ts';
import { worker } from './worker-code.ts';

export interface BareWork {
  kubeconfig: string;
  settings: ClusterSettings;
  /** Of which there are `count`, under other ids. */
  attempt: Attempt;
  environment: Record<string, string>;
  count: number;
  atOnce: number;
}

const work = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as BareWork;
const config = new worker.KeptConnections();
config.loadFromFile(work.kubeconfig);
const client = new worker.ClusterClient(config);
for (const object of worker.definitionObjects(work.attempt.spec, work.settings)) await client.apply(object);

console.log(Date.now());
let left = work.count;
await Promise.all(Array.from({ length: work.atOnce }, createSome));

async function createSome(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await createOne();
  }
}

async function createOne(): Promise<void> {
  const runId = randomUUID();
  const attempt = { ...work.attempt, runId, spec: { ...work.attempt.spec, run_id: runId } };
  const job = await client.apply(worker.batchJob(attempt, work.settings));
  await client.create(worker.attemptSecret(attempt, work.settings, work.environment, worker.ownerOf(job)));
}
