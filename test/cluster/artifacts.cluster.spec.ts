import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSucceeded } from '../../dev/demo/steps/waiting.ts';
import { type Definition, type LogPage, ref, type Run } from '../../dev/demo/wire.ts';
import { testCluster } from '../../libs/testing/src/index.ts';
import { Bucket } from '../../dev/demo/bucket.ts';
import { filesWith } from '../e2e/support/files-with.ts';
import { smallResources, submit } from '../e2e/support/small-training.ts';
import { type PlatformOnCluster, startOnCluster } from './support/platform-on-cluster.ts';

const cluster = await testCluster();

/** What a training leaves, wherever it leaves it. */
const ofTraining = ['checkpoints/', 'logs/driver/00000000000000000000.log', 'model/model.ubj', 'report.json'];

describe.runIf(cluster.available && cluster.hostAddress !== '')(
  'a model goes from features to scores on Kubernetes',
  () => {
    let on: PlatformOnCluster;
    let bucket: Bucket;
    let trained: Run;
    let scored: Run;

    beforeAll(async () => {
      on = await startOnCluster(cluster);
      bucket = new Bucket(on.platform.stack.s3!);
      trained = await runSucceeded(on.platform.scene, (await on.train()).id);
      scored = await runSucceeded(on.platform.scene, (await submitScoring()).id);
    });

    afterAll(() => on?.end());

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

    it('generates its dataset from sources in S3, and into it', () => {
      expect(on.small.flights.row_count).toBeGreaterThan(1_000);
      expect(on.small.flights.uri).toMatch(/^s3:\/\//);
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

    it('shows the log of a run', async () => {
      const page = await on.platform.scene.api.get<LogPage>(`/api/workflows/${trained.id}/logs?tail=1000`);
      expect(page.text).toContain('round 10 of 10');
      expect(page.complete).toBe(true);
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

    it('loads the model for scoring', () => {
      expect(scored.metrics['rows']).toBe(on.small.flights.splits?.['test']?.row_count);
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
