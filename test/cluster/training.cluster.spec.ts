import { readdirSync } from 'node:fs';
import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRun, runSucceeded } from '../../dev/demo/steps/waiting.ts';
import { type Definition, type LogPage, type Page, ref, type Run } from '../../dev/demo/wire.ts';
import { testCluster } from '../../libs/testing/src/index.ts';
import { Bucket } from '../../dev/demo/bucket.ts';
import { filesWith } from '../e2e/support/files-with.ts';
import { smallResources, submit } from '../e2e/support/small-training.ts';
import { oneWorker, type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';
import { expectEnd } from './support/watching.ts';

const cluster = await testCluster();

/** What a training leaves, wherever it leaves it. */
const ofTraining = ['checkpoints/', 'logs/driver/00000000000000000000.log', 'model/model.ubj', 'report.json'];

const withIngresses = {
  GRIFFIN_KUBERNETES_INGRESS_HOST: '{attempt}.ray.example.org',
  GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: '{"example.org/auth": "on"}',
};

describe.runIf(cluster.available && cluster.hostAddress !== '')(
  'a model goes from features to scores on Kubernetes',
  () => {
    let on: PlatformOnCluster;
    let bucket: Bucket;
    let trained: Run;
    let scored: Run;

    beforeAll(async () => {
      on = await startOnCluster(cluster, { envOf: { 'isc-worker': withIngresses } });
      bucket = new Bucket(on.platform.stack.s3!);
    });

    afterAll(() => on?.end());

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

    async function submitScoring(): Promise<Run> {
      const definition = await on.platform.scene.api.post<Definition>('/api/workflow-definitions', {
        name: 'score-small',
        stage: 'prototype',
        kind: 'batch-infer',
        runtime: 'xgboost-scoring',
        inputs: { dataset: ref(on.small.flights), model: ref(trained.model_version!) },
      });
      return submit(on.platform.scene, definition, { resources: { ...smallResources, workers: 0 } });
    }

    it('generates a dataset in one container, from sources in S3 and into it', async () => {
      const { run_id: runId, row_count: rows, uri } = on.small.flights;
      expect(rows).toBeGreaterThan(1_000);
      expect(uri).toMatch(/^s3:\/\//);
      const run = await on.platform.scene.api.get<Run>(`/api/workflows/${runId}`);
      expect(run).toMatchObject({ state: 'SUCCEEDED', attempt: 1 });
    });

    it('trains on two pods as a RayJob, whose dashboard browsers find, with what it needs on an SSD', async () => {
      // Ray counts whole CPUs.
      const { id } = await on.train({ resources: { ...oneWorker, workers: 2, cpu: 1.5, ssd_gib: 1 } });
      await followRun(on.platform.scene, id, ({ state }) => state === 'RUNNING');
      const counts = { RayJob: 1, RayCluster: 1, Pod: 3, Secret: 1, Ingress: 1 };
      expect(await on.objects.count(id)).toMatchObject(counts);
      await expectIngress(id);
      trained = await runSucceeded(on.platform.scene, id);
      expect(trained).toMatchObject({ attempt: 1, model_version: { version: 1 } });
    });

    it('leaves nothing of a run in the cluster, and its end as it was, when it is to end after its report', async () => {
      const { model_version: version } = await expectEnd(on, trained.id, ['SUCCEEDED']);
      expect(version).toEqual(trained.model_version);
    });

    it('loads the model for scoring', async () => {
      scored = await runSucceeded(on.platform.scene, (await submitScoring()).id);
      expect(scored.metrics['rows']).toBe(on.small.flights.splits?.['test']?.row_count);
    });

    it('leaves everything in the bucket and nothing in a folder', async () => {
      const keys = await bucket.keys();
      for (const file of ofTraining)
        expect(
          keys.some((key) => key.includes(`${trained.id}/`) && key.includes(file)),
          file,
        ).toBe(true);
      expect(keys.some((key) => key.includes(`${scored.id}/`) && key.endsWith('predictions.parquet'))).toBe(true);
      expect(readdirSync(on.platform.stack.state.artifacts)).toEqual([]);
    });

    it('shows the logs of the run, of its head and of its workers, now that they are gone', async () => {
      const { api } = on.platform.scene;
      const page = await api.get<LogPage>(`/api/workflows/${trained.id}/logs?tail=1000`);
      expect(page.text).toContain('round 10 of 10');
      expect(page.complete).toBe(true);
      const { items: streams } = await api.get<Page<string>>(`/api/workflows/${trained.id}/logs/streams`);
      for (const name of [/^driver$/, /^ray\/head-[^/]+\/gcs_server/, /^ray\/worker-[^/]+\/raylet/])
        expect(streams, String(name)).toContainEqual(expect.stringMatching(name));
      // Of a process that did the run's work, and not Ray's own, on each of them.
      const worked = streams.map((name) => /^ray\/(worker-[^/]+)\/worker-.*\.(out|err)$/.exec(name)?.[1]);
      expect(new Set(worked.filter(Boolean)).size).toBe(2);
    });

    it('hands out the model, whole and by ranges', async () => {
      const { name, version } = trained.model_version!;
      const url = `${on.platform.scene.api.url}/api/registry/models/${name}/versions/${version}/artifacts/model.ubj`;
      const headers = { authorization: `Bearer ${on.platform.scene.token}` };
      const whole = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
      const part = await fetch(url, { headers: { ...headers, range: 'bytes=10-19' } });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20))).toBe(true);
    });

    it('keeps the keys to the store out of logs, events, answers and every file', async () => {
      const { stack, scene } = on.platform;
      const keys = [stack.s3!.accessKey, stack.s3!.secretKey];
      // The services' logs, the database, and the artifacts, with all logs of the pods. The server itself notes who owns the bucket.
      const found = await filesWith(stack.state.root, keys);
      expect(found.filter((file) => !file.startsWith('s3/metadata/'))).toEqual([]);
      const answers = ['/api/events?limit=200', '/api/workflows?limit=100', `/api/workflows/${trained.id}/logs`];
      for (const path of answers) {
        const answer = JSON.stringify(await scene.api.get(path));
        for (const key of keys) expect(answer).not.toContain(key);
      }
    });
  },
);
