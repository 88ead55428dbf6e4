import type { V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { ApiProblem, type Answer } from '../../demo/client.ts';
import type { Run } from '../../demo/wire.ts';
import { atMost } from '../latency.ts';
import type { Measured } from '../figure.ts';
import type { Bench } from './creations.ts';

const limitMs = 1_000;
const patienceMs = 60_000;

/** From a change of a pod's status until api answers with it, while `bench.runs` are active. */
export async function measureLag({ platform, kubernetes, runs }: Bench, changes: number): Promise<Measured> {
  const pods = (await kubernetes.pods(`griffin.dev/definition-id=${runs.definitionId}`)).filter(isRunning);
  if (pods.length === 0) throw new Error('No pod runs');
  const taken: number[] = [];
  for (let change = 0; taken.length < changes; change += 1) {
    const pod = pods[Math.floor(change / 2) % pods.length]!;
    const [status, reason] = change % 2 === 0 ? [notPulled, 'image_pull_failed'] : [running(pod), undefined];
    const run = pod.metadata!.labels!['griffin.dev/run-id']!;
    const known = await platform.api.ask<Run>('GET', `/api/workflows/${run}`);
    const begun = performance.now();
    const [answered] = await Promise.all([
      answersWith(platform.api, run, known.headers.get('etag') ?? '', reason),
      kubernetes.changeStatus(pod, status),
    ]);
    taken.push(answered - begun);
  }
  const method =
    `${changes} changes, one after the other, of pods among those of ${runs.active.length.toLocaleString('en')} active ` +
    'runs: a container that runs says that its image cannot be pulled, and the next time that it runs. Taken from sending ' +
    'the change to Kubernetes until a client that waits with `GET /api/workflows/{id}?wait=30` and the `ETag` that it has ' +
    'is answered with it. Figures are p50 / p95.';
  const figures = [atMost(`from Kubernetes to api’s answer`, taken, limitMs)];
  return { title: 'A change of status on its way', method, figures };
}

const isRunning = ({ status }: V1Pod) => status?.phase === 'Running';

const notPulled: V1PodStatus = {
  phase: 'Pending',
  containerStatuses: [
    {
      name: 'container',
      image: '',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: 'ImagePullBackOff', message: 'said by the benchmark' } },
    },
  ],
};

/** As it was: a merge adds to what there is, so that the wait must be taken back. */
function running({ status }: V1Pod): V1PodStatus {
  const containerStatuses = (status?.containerStatuses ?? []).map((one) => ({
    ...one,
    state: { ...one.state, waiting: null },
  }));
  return { phase: 'Running', containerStatuses } as unknown as V1PodStatus;
}

type Api = Bench['platform']['api'];

/** When api answered with a reason of that code, or with none. */
async function answersWith(api: Api, run: string, etag: string, code: string | undefined): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (let seen = etag; performance.now() < deadline;) {
    const answer = await askForNews(api, run, seen);
    if (answer && answer.body.reason?.code === code) return performance.now();
    seen = answer?.headers.get('etag') ?? seen;
  }
  throw new Error(`api does not say of run ${run}: ${code ?? 'no reason'}`);
}

/** Undefined when there is none. */
async function askForNews(api: Api, run: string, etag: string): Promise<Answer<Run> | undefined> {
  try {
    return await api.ask<Run>('GET', `/api/workflows/${run}?wait=30`, { headers: { 'if-none-match': etag } });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 304) return undefined;
    throw error;
  }
}
