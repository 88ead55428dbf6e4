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
import { attemptsOf, expectEnd, isTraining, patience } from './support/watching.ts';

const cluster = await testCluster();

describe.runIf(cluster.available && cluster.hostAddress !== '')('runs on Kubernetes come to an end', () => {
  let on: PlatformOnCluster;
  beforeAll(async () => {
    on = await startOnCluster(cluster);
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

  it('tries a run again whatever takes away what it runs on, never twice at once, until somebody ends it', async () => {
    const limits = { max_attempts: 5, run_timeout_seconds: 1_800 };
    const { id } = await on.train({ ...endless, limits });
    const trains = (number: number) =>
      followRun(on.platform.scene, id, (run) => run.attempt === number && isTraining(run));
    await trains(1);
    const [job] = await on.objects.ofRun('RayJob', id);
    await on.objects.delete(job!);
    await trains(2);
    await deletePod(id, 'head');
    await trains(3);
    await begunAgainUnwatched(id);
    await trains(4);
    await expectToGoOnWithoutWorker(id);
    expect(await on.objects.count(id)).toMatchObject({ RayJob: 1, RayCluster: 1, Pod: 2 });
    await expectEnd(on, id);
    const reasons = (await attemptsOf(on, id)).map(({ reason }) => reason?.code);
    expect(reasons.slice(0, 3)).toEqual(['objects_deleted', 'head_lost', 'cluster_lost']);
  });

  /** Ray Train goes on from the last checkpoint when it learns in time that a node goes away; else another attempt does. */
  async function expectToGoOnWithoutWorker(runId: string): Promise<void> {
    const fraction = async () =>
      (await on.platform.scene.api.get<Run>(`/api/workflows/${runId}`)).progress?.fraction ?? 0;
    const [before, reached] = [await on.objects.pod(runId, 'worker'), await fraction()];
    await deletePod(runId, 'worker');
    await eventually(async () => {
      expect((await on.objects.pod(runId, 'worker'))?.metadata?.uid).not.toBe(before?.metadata?.uid);
      // By more rounds than the old one makes while it is ended.
      expect(await fraction()).toBeGreaterThan(reached + 0.005);
    }, patience);
  }

  /** KubeRay submits the job of a head that died once more, to another head: with nobody there to see it, only api can tell. */
  async function begunAgainUnwatched(runId: string): Promise<void> {
    const { stack } = on.platform;
    await stack.kill('isc-worker');
    await deletePod(runId, 'head');
    const secondEnd = { jobStatus: 'FAILED', message: expect.stringContaining('exit code 76') as string };
    await eventually(
      async () => expect(await on.objects.ofRun('RayJob', runId)).toMatchObject([{ status: secondEnd }]),
      patience,
    );
    await stack.start('isc-worker');
  }

  async function deletePod(runId: string, role: 'head' | 'worker'): Promise<void> {
    const pod = await on.objects.pod(runId, role);
    await on.objects.delete({ ...pod, apiVersion: 'v1', kind: 'Pod' });
  }
});
