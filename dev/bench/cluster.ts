/** Measures runs on Kubernetes and writes docs/benchmarks-cluster.md. Asserts nothing: a missed target is said. */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { findCluster } from '../../libs/testing/src/index.ts';
import { repository } from '../stack/state-folder.ts';
import { measureCreations, type Bench } from './cluster/creations.ts';
import { KubernetesOfBench } from './cluster/kubernetes.ts';
import { measureLag } from './cluster/lag.ts';
import { memoryFigures, memoryOfWorker, reach, type MemoryAt } from './cluster/memory.ts';
import { RunsOnFakeNodes } from './cluster/runs.ts';
import { clusterSizesOf } from './cluster/sizes.ts';
import { describeMachine } from './machine.ts';
import { startPlatform } from './platform.ts';
import { render } from './report.ts';

const sizes = clusterSizesOf(process.env['BENCH_SCALE']);
const load = loadavg()[0]!;
const cluster = findCluster();
if (!cluster) throw new Error('There is no cluster: `make cluster` starts one, or set GRIFFIN_KUBECONFIG.');
const kubernetes = new KubernetesOfBench(cluster.kubeconfig);
const nodes = await kubernetes.fakeNodes();
if (nodes === 0) throw new Error('There are no fake nodes: `make cluster-fake-nodes COUNT=20` adds them.');

const atOnce = 8;
const envOf = { 'isc-worker': { GRIFFIN_ATTEMPTS_AT_ONCE: String(atOnce) } };
const platform = await startPlatform({ bus: 'embedded', cluster, envOf });
try {
  const runs = await RunsOnFakeNodes.define(platform);
  const bench: Bench = { platform, kubernetes, kubeconfig: cluster.kubeconfig, runs, atOnce };
  const machine = await describeMachine(
    platform.admin,
    ['Kubernetes', await kubernetes.version()],
    ['Fake nodes', String(nodes)],
  );
  const idle = await memoryOfWorker(bench);
  const creations = await measureCreations(bench, sizes);
  say(creations.figures);
  const [few, many] = sizes.active;
  const atFew = await memoryAt(bench, few);
  const lag = await measureLag(bench, sizes.changes);
  say(lag.figures);
  const atMany = await memoryAt(bench, many);
  const report = render({
    title: 'Benchmarks on Kubernetes',
    command: 'make bench-cluster',
    date: new Date(),
    scale: sizes.name,
    machine,
    load,
    measured: [creations, lag, memoryFigures(idle, atFew, atMany)],
  });
  await writeFile(join(repository, 'docs/benchmarks-cluster.md'), report);
  console.log(report);
  await platform.stack.kill('isc-worker');
  await kubernetes.removeRuns(`griffin.dev/definition-id=${runs.definitionId}`);
} finally {
  await platform.end();
}

async function memoryAt(bench: Bench, active: number): Promise<MemoryAt> {
  const running = await reach(bench, active, sizes.settleSeconds);
  const at = { active, running, highestMb: await memoryOfWorker(bench) };
  say(at);
  return at;
}

function say(what: unknown): void {
  console.error(JSON.stringify(what, null, 2));
}
