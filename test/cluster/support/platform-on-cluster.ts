import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterState } from '../../../libs/testing/src/index.ts';
import { writeCatalogue } from '../../../dev/stack/catalogue.ts';
import type { StackOptions } from '../../../dev/stack/start-stack.ts';
import { Bucket } from '../../../dev/demo/bucket.ts';
import { startPlatform, type TestPlatform } from '../../e2e/support/platform.ts';
import { prepareSmallTraining, smallResources, submit, type SmallTraining } from '../../e2e/support/small-training.ts';
import type { FlightTables } from '../../../dev/demo/flights.ts';
import type { Run } from '../../../dev/demo/wire.ts';
import { ClusterObjects } from './cluster-objects.ts';

/** A whole platform whose attempts run on a cluster, with something to train. */
export interface PlatformOnCluster {
  platform: TestPlatform;
  small: SmallTraining;
  /** What datasets are made of, in the bucket as far as `small` needs it. */
  tables: FlightTables;
  objects: ClusterObjects;
  /** Submits a training of one worker. */
  train(more?: object): Promise<Run>;
  end(): Promise<void>;
}

/** Long enough that something can happen to it, and waiting for its checkpoints more than it computes. */
export const endless = { config: { num_boost_round: 10_000, checkpoint_every: 1 } };

export const oneWorker = { ...smallResources, workers: 1 };

/** The runtime of a training whose image nobody has. */
export const noSuchImage = { runtime: 'no-such-image', image: 'registry.invalid/no-such-image:1' };

export async function startOnCluster(cluster: ClusterState, options: StackOptions = {}): Promise<PlatformOnCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'griffin-catalogue-'));
  const catalogue = writeCatalogue(folder, cluster.runtimeImage);
  await addBrokenRuntime(catalogue);
  const api = { ...options.envOf?.api, GRIFFIN_RUNTIMES_CATALOGUE: catalogue };
  const platform = await startPlatform({ ...options, envOf: { ...options.envOf, api }, cluster });
  await rm(folder, { recursive: true });
  try {
    const bucket = new Bucket(platform.stack.s3!);
    const tables = await bucket.hold(platform.tables, ['flights', 'aircraft']);
    const small = await prepareSmallTraining(platform.scene, tables);
    const train = (more: object = {}) => submit(platform.scene, small.definition, { resources: oneWorker, ...more });
    return {
      platform,
      small,
      tables,
      objects: new ClusterObjects(cluster.kubeconfig),
      train,
      end: () => platform.end(),
    };
  } catch (error) {
    await platform.end();
    throw error;
  }
}

/** What the cluster can run, and what nobody can. */
async function addBrokenRuntime(catalogue: string): Promise<void> {
  const runtimes = JSON.parse(await readFile(catalogue, 'utf8')) as { name: string }[];
  const xgboost = runtimes.find(({ name }) => name === 'xgboost');
  const broken = { ...xgboost, name: noSuchImage.runtime, image: noSuchImage.image };
  await writeFile(catalogue, JSON.stringify([...runtimes, broken]));
}
