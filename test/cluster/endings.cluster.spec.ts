import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainingDefinition } from '../../dev/demo/definitions.ts';
import { followRun } from '../../dev/demo/steps/waiting.ts';
import type { Definition, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { submit } from '../e2e/support/small-training.ts';
import {
  endless,
  noSuchImage,
  oneWorker,
  type PlatformOnCluster,
  startOnCluster,
} from './support/platform-on-cluster.ts';
import { expectEnd, patience } from './support/watching.ts';

const cluster = await testCluster();

describe.runIf(cluster.available && cluster.hostAddress !== '')('runs on Kubernetes come to an end', () => {
  let on: PlatformOnCluster;
  beforeAll(async () => {
    on = await startOnCluster(cluster, { mlflow: false });
  });
  afterAll(() => on?.end());

  it('says what is missing when a run fits on no node, and ends it at once when it is not wanted any more', async () => {
    const { scene } = on.platform;
    const run = await on.train({ resources: { ...oneWorker, memory_gib: 4000 } });
    const waiting = await eventually(async () => {
      const now = await scene.api.get<Run>(`/api/workflows/${run.id}`);
      expect(now.reason).toMatchObject({ code: 'unschedulable' });
      return now;
    }, patience);
    expect(waiting.state).toBe('PROVISIONING');
    expect(waiting.reason?.message).toContain('Insufficient memory');
    await expectEnd(on, run.id);
  });

  it('says which image cannot be pulled', async () => {
    const { scene } = on.platform;
    const run = await on.train({ runtime: noSuchImage.runtime });
    await eventually(async () => {
      const now = await scene.api.get<Run>(`/api/workflows/${run.id}`);
      expect(now.reason).toMatchObject({ code: 'image_pull_failed' });
      expect(now.reason?.message).toContain(noSuchImage.image);
    }, patience);
    await expectEnd(on, run.id);
  });

  it('ends a run whose namespace does not exist yet', async () => {
    const { api } = on.platform.scene;
    const body = { ...trainingDefinition(on.small.architecture, on.small.flights), name: 'never-ran-yet' };
    const definition = await api.post<Definition>('/api/workflow-definitions', body);
    expect(await on.objects.labelled('Namespace', `griffin.dev/definition-id=${definition.id}`)).toEqual([]);
    const run = await submit(on.platform.scene, definition, { resources: oneWorker, ...endless });
    await expectEnd(on, run.id);
  });

  it('ends a run while it is on its way', async () => {
    const run = await on.train(endless);
    await followRun(on.platform.scene, run.id, ({ state }) => state === 'PROVISIONING');
    await expectEnd(on, run.id);
  });

  it('leaves a run whole when it is to end in its last round', async () => {
    const { id } = await on.train();
    await followRun(on.platform.scene, id, ({ state }) => state === 'RUNNING' || state === 'SUCCEEDED');
    const finishes = (run: Run) => run.is_terminal || (run.progress?.fraction ?? 0) >= 1;
    const now = () => on.platform.scene.api.get<Run>(`/api/workflows/${id}`);
    await eventually(async () => expect(finishes(await now())).toBe(true), { ...patience, intervalMs: 10 });
    const run = await expectEnd(on, id, ['SUCCEEDED', 'TERMINATED']);
    expect(run.model_version !== null).toBe(run.is_successful);
  });
});
