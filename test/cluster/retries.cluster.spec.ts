import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRun } from '../../dev/demo/steps/waiting.ts';
import type { Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { endless, type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';
import { attemptsOf, expectEnd, isTraining, patience } from './support/watching.ts';

const cluster = await testCluster();

describe.runIf(cluster.available && cluster.hostAddress !== '')('runs on Kubernetes are tried again', () => {
  let on: PlatformOnCluster;
  beforeAll(async () => {
    on = await startOnCluster(cluster, { mlflow: false });
  });
  afterAll(() => on?.end());

  it('whatever takes away what they run on, never twice at once, until somebody ends it', async () => {
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
