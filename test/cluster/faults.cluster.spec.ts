import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRun, runSucceeded } from '../../dev/demo/steps/waiting.ts';
import type { Definition, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { submit } from '../e2e/support/small-training.ts';
import { ApiServerProxy } from './support/api-server-proxy.ts';
import { ClusterProcess } from './support/cluster-process.ts';
import { ownImage, smallContainer } from './support/own-image.ts';
import { endless, type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';
import { expectOnce, isTraining, patience } from './support/watching.ts';

const cluster = await testCluster();
const outageMs = 60_000;
/** Submitted one after the other while it lasts. */
const arriving = 4;

describe.runIf(cluster.available && cluster.hostAddress !== '')('Kubernetes fails', () => {
  let on: PlatformOnCluster;
  let wayToApiServer: ApiServerProxy;
  /** Trains through every outage. */
  let running: Run;

  beforeAll(async () => {
    on = await startOnCluster(cluster, { mlflow: false });
    const { stack, scene } = on.platform;
    wayToApiServer = await ApiServerProxy.before(join(stack.state.keys, 'isc-worker.kubeconfig'));
    await stack.kill('isc-worker');
    await stack.start('isc-worker');
    running = await on.train(endless);
    await followRun(scene, running.id, isTraining);
  });

  afterAll(async () => {
    await on?.end();
    await wayToApiServer?.stop();
  });

  const get = (id: string) => on.platform.scene.api.get<Run>(`/api/workflows/${id}`);
  /** It is the same attempt, and gets further. */
  const expectToGoOn = async (before: Run) => {
    const isFurther = ({ progress }: Run) => (progress?.fraction ?? 0) > (before.progress?.fraction ?? 1);
    await eventually(async () => {
      const now = await get(before.id);
      expect(now).toMatchObject({ state: 'RUNNING', attempt: 1, observation: { status: 'seen' } });
      expect(isFurther(now)).toBe(true);
    }, patience);
  };

  it('waits for an API server that is away, loses no submission, and fails no run that goes on', async () => {
    const { scene } = on.platform;
    const before = await get(running.id);
    const short = await scene.api.post<Definition>(
      '/api/workflow-definitions',
      ownImage(cluster, 'short', 'print("done")'),
    );
    const apiServer = ClusterProcess.find(cluster.kubeconfig, 'kube-apiserver');
    wayToApiServer.down();
    apiServer?.stop();
    const submitted = await whileAway(
      async () => {
        const lost = { observation: { status: 'lost' } };
        await eventually(async () => expect(await get(running.id)).toMatchObject(lost), { timeoutMs: 30_000 });
        const runs: Run[] = [];
        for (let n = 0; n < arriving; n += 1) {
          runs.push(await submit(scene, short, { resources: smallContainer }));
          await delay(outageMs / arriving);
        }
        const waiting = { is_terminal: false, reason: { code: 'cluster_unreachable' } };
        await eventually(async () => {
          for (const { id } of runs) expect(await get(id)).toMatchObject(waiting);
        }, patience);
        return runs;
      },
      () => {
        apiServer?.goOn();
        wayToApiServer.up();
      },
    );
    await expectToGoOn(before);
    for (const { id } of submitted) {
      await runSucceeded(scene, id);
      await expectOnce(on, id);
    }
  });

  it('waits for an operator that is away', async (context) => {
    const operator = ClusterProcess.find(cluster.kubeconfig, 'ray-operator');
    context.skip(operator === undefined, 'the operator of another cluster is not ours to stop');
    const before = await get(running.id);
    operator!.stop();
    const submitted = await whileAway(
      async () => {
        const run = await on.train();
        await delay(outageMs);
        return run;
      },
      () => operator!.goOn(),
    );
    await expectToGoOn(before);
    await runSucceeded(on.platform.scene, submitted.id);
    await expectOnce(on, submitted.id);
  });
});

/** Whatever comes of `work`, what was away is there again for the next test. */
async function whileAway<T>(work: () => Promise<T>, back: () => void): Promise<T> {
  try {
    return await work();
  } finally {
    back();
  }
}
