import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataset, trainingDefinition, wholeYear } from '../../dev/demo/definitions.ts';
import { datasetReady, followRun, runSucceeded } from '../../dev/demo/steps/waiting.ts';
import type { DatasetVersion, Definition } from '../../dev/demo/wire.ts';
import { testCluster } from '../../libs/testing/src/index.ts';
import { submit } from '../e2e/support/small-training.ts';
import { oneWorker, type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';
import { expectOnce, isOver } from './support/watching.ts';

const cluster = await testCluster();
/** Holds more histograms of a year of flights than a worker has memory. */
const greedy = { max_bin: 65_536, max_depth: 64, min_child_weight: 0 };

describe.runIf(cluster.available && cluster.hostAddress !== '')('processes of a run and around it die', () => {
  let on: PlatformOnCluster;
  beforeAll(async () => {
    on = await startOnCluster(cluster, { mlflow: false });
  });
  afterAll(() => on?.end());

  it('makes one RayJob, however often the worker dies, and follows it to its end', async () => {
    const { scene, stack } = on.platform;
    const run = await on.train();
    await stack.kill('isc-worker');
    await stack.start('isc-worker');
    await followRun(scene, run.id, ({ state }) => state === 'RUNNING');
    await stack.kill('isc-worker');
    expect(await on.objects.count(run.id)).toMatchObject({ RayJob: 1, RayCluster: 1 });
    await stack.start('isc-worker');
    await runSucceeded(scene, run.id);
    await expectOnce(on, run.id);
  });

  it('says that a training ran out of memory, of how much, and does not try that again', async () => {
    const { scene } = on.platform;
    const year = { ...dataset(on.tables, [on.small.view], wholeYear), name: 'one-year' };
    const pending = await scene.api.post<DatasetVersion>('/api/training/dataset/', year);
    const flights = await datasetReady(scene, pending, () => 'generating a year of flights');
    const definition = await scene.api.post<Definition>('/api/workflow-definitions', {
      ...trainingDefinition(on.small.architecture, flights),
      name: 'train-greedily',
      config: greedy,
    });
    const run = await submit(scene, definition, { resources: { ...oneWorker, memory_gib: 0.25 } });
    const ended = await followRun(scene, run.id, isOver);
    expect(ended).toMatchObject({ state: 'FAILED', attempt: 1, reason: { code: 'out_of_memory' } });
    expect(ended.reason?.message).toContain('1280Mi');
  });
});
