import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainingDefinition } from '../../dev/demo/definitions.ts';
import { followRun, runSucceeded } from '../../dev/demo/steps/waiting.ts';
import type { Definition, LogPage, Page, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { submit } from '../e2e/support/small-training.ts';
import {
  endless,
  noSuchImage,
  oneWorker,
  type PlatformOnCluster,
  startOnCluster,
} from './support/platform-on-cluster.ts';

const cluster = await testCluster();
const patience = { timeoutMs: 240_000, intervalMs: 250 };
type Attempt = Pick<Run, 'reason' | 'attempt'>;
const over = (run: Run) => run.is_terminal;
const training = (run: Run) => run.state === 'RUNNING' && (run.progress?.fraction ?? 0) > 0;

const withIngresses = {
  GRIFFIN_KUBERNETES_INGRESS_HOST: '{attempt}.ray.example.org',
  GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: '{"example.org/auth": "on"}',
};

describe.runIf(cluster.available && cluster.hostAddress !== '')('runs on Kubernetes', () => {
  let on: PlatformOnCluster;
  beforeAll(async () => {
    on = await startOnCluster(cluster, { envOf: { 'isc-worker': withIngresses } });
  });
  afterAll(() => on?.end());

  const attempts = async (runId: string) =>
    (await on.platform.scene.api.get<Page<Attempt>>(`/api/workflows/${runId}/attempts`)).items;
  const gone = (runId: string) => eventually(async () => expect(await on.objects.count(runId)).toEqual({}), patience);

  it('generates a dataset in one container, without Ray', async () => {
    const { run_id: runId } = on.small.flights;
    const run = await on.platform.scene.api.get<Run>(`/api/workflows/${runId}`);
    expect(run).toMatchObject({ state: 'SUCCEEDED', attempt: 1 });
    expect(on.small.flights.uri).toMatch(/^s3:/);
    await gone(runId);
  });

  it('trains as a RayJob, tells where its dashboard is, and leaves its log and model but nothing in the cluster', async () => {
    const { scene } = on.platform;
    const submitted = await on.train();
    await followRun(scene, submitted.id, ({ state }) => state === 'RUNNING');
    const counts = { RayJob: 1, RayCluster: 1, Pod: 2, Secret: 1, Ingress: 1 };
    expect(await on.objects.count(submitted.id)).toMatchObject(counts);
    await expectIngress(submitted.id);
    const run = await runSucceeded(scene, submitted.id);
    expect(run).toMatchObject({ attempt: 1, model_version: { version: 1 } });
    await gone(run.id);
    const log = await scene.api.get<LogPage>(`/api/workflows/${run.id}/logs?tail=1000`);
    expect(log).toMatchObject({ complete: true });
    expect(log.text).toContain('round 10 of 10');
    const { items: streams } = await scene.api.get<Page<string>>(`/api/workflows/${run.id}/logs/streams`);
    for (const name of [/^driver$/, /^ray\/head-[^/]+\/gcs_server/, /^ray\/worker-[^/]+\/raylet/]) {
      expect(
        streams.some((stream) => name.test(stream)),
        `${name} among ${streams.join(', ')}`,
      ).toBe(true);
    }
  });

  /** The run's link is the host of an Ingress, which leads to where the dashboard is. */
  async function expectIngress(runId: string): Promise<void> {
    const host = `run-${runId}-1.ray.example.org`;
    const { links } = await on.platform.scene.api.get<Run>(`/api/workflows/${runId}`);
    expect(links['ray_dashboard']).toBe(`https://${host}/`);
    const inCluster = new URL(links['ray_dashboard_in_cluster'] ?? '');
    const [name = '', namespace] = inCluster.hostname.split('.');
    const [ingress] = (await on.objects.ofRun('Ingress', runId)) as V1Ingress[];
    expect(ingress?.metadata).toMatchObject({ namespace, annotations: { 'example.org/auth': 'on' } });
    const service = { name, port: { number: Number(inCluster.port) } };
    expect(ingress?.spec).toMatchObject({
      rules: [{ host, http: { paths: [{ path: '/', backend: { service } }] } }],
      tls: [{ hosts: [host] }],
    });
    const services = (await on.objects.labelled('Service', 'ray.io/node-type=head')) as V1Service[];
    const head = services.find(({ metadata }) => metadata?.namespace === namespace && metadata?.name === name);
    expect(head?.spec?.ports).toContainEqual(expect.objectContaining({ port: service.port.number }));
  }

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
    await expectEnd(run.id);
  });

  it('says which image cannot be pulled', async () => {
    const { scene } = on.platform;
    const run = await on.train({ runtime: noSuchImage.runtime });
    await eventually(async () => {
      const now = await scene.api.get<Run>(`/api/workflows/${run.id}`);
      expect(now.reason).toMatchObject({ code: 'image_pull_failed' });
      expect(now.reason?.message).toContain(noSuchImage.image);
    }, patience);
    await expectEnd(run.id);
  });

  it('ends a run whose namespace does not exist yet', async () => {
    const { api } = on.platform.scene;
    const body = { ...trainingDefinition(on.small.architecture, on.small.flights), name: 'never-ran-yet' };
    const definition = await api.post<Definition>('/api/workflow-definitions', body);
    expect(await on.objects.labelled('Namespace', `griffin.dev/definition-id=${definition.id}`)).toEqual([]);
    const run = await submit(on.platform.scene, definition, { resources: oneWorker, ...endless });
    await expectEnd(run.id);
  });

  it.each([
    ['as soon as it is submitted', () => true],
    ['while it is on its way', ({ state }: Run) => state === 'PROVISIONING'],
    ['while it trains', training],
  ])('ends a run %s', async (_, when) => {
    const run = await on.train(endless);
    await followRun(on.platform.scene, run.id, when);
    await expectEnd(run.id);
  });

  it.each([
    ['in its last round', (run: Run) => run.is_terminal || (run.progress?.fraction ?? 0) >= 1],
    ['that has just reported', over],
  ])('leaves a run whole, and nothing of it in the cluster, when it is to end %s', async (_, when) => {
    const { api } = on.platform.scene;
    const { id } = await on.train();
    await followRun(on.platform.scene, id, ({ state }) => state === 'RUNNING' || state === 'SUCCEEDED');
    const now = () => api.get<Run>(`/api/workflows/${id}`);
    await eventually(async () => expect(when(await now())).toBe(true), { ...patience, intervalMs: 10 });
    const run = await expectEnd(id, ['SUCCEEDED', 'TERMINATED']);
    expect(run.model_version !== null).toBe(run.is_successful);
  });

  /** Answers at once, ends when nothing computes any more, and releases its resources when nothing of it is left. */
  async function expectEnd(runId: string, ends = ['TERMINATED']): Promise<Run> {
    const { scene } = on.platform;
    const asked = performance.now();
    const seconds = () => ((performance.now() - asked) / 1000).toFixed(1);
    const answer = await scene.api.post<Run>(`/api/workflows/${runId}/terminate`, { reason: 'not wanted any more' });
    expect(['TERMINATING', ...ends]).toContain(answer.state);
    const answered = seconds();
    const { state } = await followRun(scene, runId, over);
    expect(ends).toContain(state);
    if (state === 'TERMINATED') expect(await on.objects.computing(runId)).toEqual([]);
    const ended = seconds();
    const run = await eventually(
      async () => {
        const now = await scene.api.get<Run>(`/api/workflows/${runId}`);
        expect(now.resources).toBe('released');
        return now;
      },
      { ...patience, intervalMs: 10 },
    );
    expect(await on.objects.count(runId)).toEqual({});
    expect(run.state).toBe(state);
    console.log(`   terminate: answered after ${answered} s, ${state} ${ended} s, released ${seconds()} s`);
    return run;
  }

  it('is tried again when somebody deletes its objects', async () => {
    const { scene } = on.platform;
    const run = await on.train({ ...endless, limits: { max_attempts: 2, run_timeout_seconds: 900 } });
    await followRun(scene, run.id, training);
    const [job] = await on.objects.ofRun('RayJob', run.id);
    await on.objects.delete(job!);
    const again = await followRun(scene, run.id, ({ attempt, state }) => attempt === 2 && state === 'RUNNING');
    expect(again.attempt).toBe(2);
    const [first] = await attempts(run.id);
    expect(first?.reason?.code).toBe('objects_deleted');
    await expectEnd(run.id);
  });

  it('does not do its work twice when the Ray head dies, and is tried again instead', async () => {
    const { scene } = on.platform;
    const run = await on.train({ ...endless, limits: { max_attempts: 2, run_timeout_seconds: 900 } });
    await followRun(scene, run.id, training);
    const head = await on.objects.pod(run.id, 'head');
    await on.objects.delete({ ...head, apiVersion: 'v1', kind: 'Pod' });
    const again = await followRun(scene, run.id, ({ attempt, state }) => attempt === 2 && state === 'RUNNING');
    expect(again.attempt).toBe(2);
    const [first] = await attempts(run.id);
    expect(first?.reason?.code).toBe('head_lost');
    await expectEnd(run.id);
  });
});
