import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Attempt } from '../../../apps/isc-worker/src/backend/attempt.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import { endOnCluster } from '../../stack/end-on-cluster.ts';
import type { Figure, Measured } from '../figure.ts';
import type { BenchPlatform } from '../platform.ts';
import { inTurn, ratioFigures, type Sides } from '../ratio.ts';
import { median } from '../statistics.ts';
import type { BareWork } from './bare-loop.ts';
import type { KubernetesOfBench } from './kubernetes.ts';
import type { RunsOnFakeNodes } from './runs.ts';
import type { ClusterSizes } from './sizes.ts';
import { worker } from './worker-code.ts';

const withinMs = 600_000;
const atLeast = { ratio: 0.6, perSecond: 30 };

export interface Bench {
  platform: BenchPlatform;
  kubernetes: KubernetesOfBench;
  kubeconfig: string;
  runs: RunsOnFakeNodes;
  /** How many attempts the worker is at, at a time. */
  atOnce: number;
}

/** Runs created per second, all requested at once, against a loop that does nothing but create. Leaves none. */
export async function measureCreations(bench: Bench, sizes: ClusterSizes): Promise<Measured> {
  const bare = `bare-${randomBytes(4).toString('hex')}`;
  const ours = `griffin.dev/definition-id=${bench.runs.definitionId},griffin.dev/installation!=${bare}`;
  const work = await learn(bench, ours, bare, sizes.runs);
  const accepted: number[] = [];
  const inQueue: number[] = [];
  const requested = async () => {
    const rate = await create(bench, ours, sizes.runs, async (begun) => {
      await bench.runs.request(sizes.runs);
      accepted.push(perSecond(sizes.runs, begun, Date.now()));
      return begun;
    });
    inQueue.push(await create(bench, ours, sizes.runs, () => queued(bench, sizes.runs)));
    console.error(
      `The platform created ${rate.toFixed(1)} runs per second, and ${inQueue.at(-1)!.toFixed(1)} in queue`,
    );
    return rate;
  };
  const created = async () => {
    const secrets = await bench.kubernetes.secrets(`griffin.dev/installation=${bare}`);
    const begun = await runBareLoop(bench.platform, work);
    const rate = perSecond(sizes.runs, begun, await secrets.last(sizes.runs, withinMs));
    secrets.close();
    await bench.kubernetes.removeRuns(`griffin.dev/installation=${bare}`);
    await endOnCluster(bench.kubeconfig, bare);
    console.error(`The bare loop created ${rate.toFixed(1)} runs per second`);
    return rate;
  };
  const sides = await inTurn(sizes.rounds, requested, created);
  return {
    title: 'Runs requested at once',
    method: methodOf(sizes.runs, bench.atOnce),
    figures: figuresOf(sides, inQueue, accepted),
  };
}

function figuresOf(sides: Sides, inQueue: number[], accepted: number[]): Figure[] {
  const names = { ours: 'the platform', theirs: 'the bare loop', unit: 'runs created per second' };
  const [theirs, platform, ratio] = ratioFigures(names, { ...sides, ours: inQueue }, atLeast.ratio);
  const withRequests = { ...names, ours: 'the platform while it accepts them' };
  const [, whole, wholeRatio] = ratioFigures(withRequests, sides, atLeast.ratio);
  const rate = median(sides.ours);
  const target = { text: `at least ${atLeast.perSecond}`, met: rate >= atLeast.perSecond };
  return [
    theirs!,
    platform!,
    ratio!,
    { ...whole!, target },
    { what: `${wholeRatio!.what}, while it accepts them`, figure: wholeRatio!.figure },
    { what: 'requests accepted per second meanwhile', figure: Math.round(median(accepted)).toLocaleString('en') },
  ];
}

/** The platform's rate from the moment that `request` gives until the last secret is there. Leaves none of the runs. */
async function create(
  bench: Bench,
  selector: string,
  count: number,
  request: (begun: number) => Promise<number>,
): Promise<number> {
  const secrets = await bench.kubernetes.secrets(selector);
  const begun = await request(Date.now());
  const rate = perSecond(count, begun, await secrets.last(count, withinMs));
  secrets.close();
  await endRuns(bench, selector);
  return rate;
}

/** Holds the worker back until all are requested, and resolves with the moment at which it may go on. */
async function queued({ platform, runs }: Bench, count: number): Promise<number> {
  await heldBack(platform, () => runs.request(count));
  return Date.now();
}

/** Does `work` while the worker stands still. */
async function heldBack({ stack }: BenchPlatform, work: () => Promise<void>): Promise<void> {
  const pid = stack.pid('isc-worker')!;
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

const perSecond = (count: number, begun: number, ended: number) => count / ((ended - begun) / 1_000);

/** What the worker creates for a run, from one that it created. */
async function learn({ platform, kubernetes, runs, atOnce }: Bench, selector: string, bare: string, count: number) {
  const secrets = await kubernetes.secrets(selector);
  await runs.request(1);
  await secrets.last(1, withinMs);
  secrets.close();
  const sql = `SELECT run_id AS "runId", attempt, project_id AS "projectId", spec FROM isc.workload WHERE run_id = $1`;
  const { rows } = await platform.admin.query<Omit<Attempt, 'handle'>>(sql, [runs.active[0]]);
  const work: BareWork = {
    kubeconfig: join(platform.stack.state.keys, 'isc-worker.kubeconfig'),
    settings: settingsOf(bare),
    attempt: { ...rows[0]!, handle: null },
    environment: await kubernetes.environment(selector),
    count,
    atOnce,
  };
  await endRuns({ kubernetes, runs, platform }, selector);
  return work;
}

/**
 * Kubernetes ends a few of them in a second, and collects their secrets later still, and who hears of their end has work
 * with it: the next round would share that. So nothing is left for the worker to end.
 */
async function endRuns({ kubernetes, runs, platform }: Omit<Bench, 'kubeconfig' | 'atOnce'>, selector: string) {
  await heldBack(platform, async () => {
    await runs.terminate();
    await kubernetes.removeRuns(selector);
  });
  await runs.released();
  await eventually(
    async () => {
      const pending = await unheard(platform);
      if (pending > 0) throw new Error(`${pending} events were on their way still`);
    },
    { timeoutMs: withinMs, intervalMs: 500 },
  );
}

/** How many events are not on the bus, or not yet passed by all who listen. */
async function unheard({ admin }: BenchPlatform): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT (SELECT count(*) FROM bus.event WHERE seq > (SELECT min(seq) FROM bus.consumer))::int
       + (SELECT count(*) FROM api.outbox WHERE published_at IS NULL)::int
       + (SELECT count(*) FROM isc.outbox WHERE published_at IS NULL)::int AS count`,
  );
  return rows[0]!.count;
}

/** Those of the stack's worker, under another name. */
function settingsOf(installation: string) {
  return worker.clusterSettings({
    GRIFFIN_INSTALLATION: installation,
    GRIFFIN_KUBERNETES_GPU_TYPE_LABEL: 'nvidia.com/gpu.product',
    GRIFFIN_KUBERNETES_CPU_REQUEST_RATIO: 0.1,
    GRIFFIN_KUBERNETES_SSD: 'node',
    GRIFFIN_KUBERNETES_START_DEADLINE_SECONDS: 1800,
    GRIFFIN_KUBERNETES_EGRESS: '127.0.0.1/32',
    GRIFFIN_KUBERNETES_INGRESS_SCHEME: 'https',
    GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: '{}',
  });
}

/** Resolves when it is over, with the moment at which it began to create. */
async function runBareLoop({ stack }: BenchPlatform, work: BareWork): Promise<number> {
  const file = join(stack.state.root, 'bare-loop.json');
  await writeFile(file, JSON.stringify(work), { mode: 0o600 });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-loop.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`The bare loop ended with ${code}`);
  return Number(said);
}

const methodOf = (runs: number, atOnce: number) =>
  `${runs.toLocaleString('en')} runs of one container each are requested from api, and the worker makes a Job and a secret ` +
  'of each. The other side is a process that calls the same builders and the same client, with the worker’s rights, on as ' +
  `many new runs of the same spec, in a namespace of its own, ${atOnce} at a time as the worker does, and does nothing else. ` +
  'As it has all of its runs when it begins, so has the worker: it is held back until the last one is accepted, and counted ' +
  'is from when it goes on until the last secret is there. Between lie an event for each run, the worker’s looks and records, ' +
  'and what it tells. While it accepts them: the runs are requested by 32 clients as fast as api takes them, and counted is ' +
  'from the first request, so that the checks and transactions of the submissions are in it too. Both sides share two cores ' +
  'with all of Kubernetes, which makes a pod of every Job meanwhile. Before each round nothing is left of the one before, ' +
  'neither for Kubernetes to collect.';
