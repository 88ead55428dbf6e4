import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runSucceeded } from '../../dev/demo/steps/waiting.ts';
import { type Definition, type LogPage, ref, type Run } from '../../dev/demo/wire.ts';
import { S3Unavailable } from '../../libs/testing/src/index.ts';
import { Bucket } from './support/bucket.ts';
import { filesWith } from './support/files-with.ts';
import { rayFolders } from './support/ray-folders.ts';
import { type TestPlatform, startPlatform } from './support/platform.ts';
import { prepareSmallTraining, type SmallTraining, smallResources, submit } from './support/small-training.ts';

/** What a training leaves, wherever it leaves it. */
const ofTraining = ['checkpoints/', 'logs/driver/00000000000000000000.log', 'model/model.ubj', 'report.json'];

describe('a model goes from features to scores, with every file in S3', () => {
  let unavailable: string | undefined;
  let platform: TestPlatform;
  let bucket: Bucket;
  let small: SmallTraining;
  let trained: Run;
  let scored: Run;

  beforeAll(async () => {
    try {
      platform = await startPlatform({ artifacts: 's3' });
    } catch (error) {
      if (!(error instanceof S3Unavailable) || process.env['CI'] === 'true') throw error;
      unavailable = error.message;
      return;
    }
    bucket = new Bucket(platform.stack.s3!);
    const tables = await bucket.hold(platform.tables, ['flights', 'aircraft']);
    small = await prepareSmallTraining(platform.scene, tables);
    const resources = { ...smallResources, workers: 1 };
    trained = await runSucceeded(platform.scene, (await submit(platform.scene, small.definition, { resources })).id);
    scored = await runSucceeded(platform.scene, (await submitScoring()).id);
  });

  beforeEach((context) => context.skip(unavailable !== undefined, unavailable));

  afterAll(() => platform?.end());

  async function submitScoring(): Promise<Run> {
    const definition = await platform.scene.api.post<Definition>('/api/workflow-definitions', {
      name: 'score-small',
      stage: 'prototype',
      kind: 'batch-infer',
      runtime: 'xgboost-scoring',
      inputs: { dataset: ref(small.flights), model: ref(trained.model_version!) },
    });
    return submit(platform.scene, definition, { resources: { ...smallResources, workers: 0 } });
  }

  it('generates its dataset from sources in S3, and into it', () => {
    expect(small.flights.row_count).toBeGreaterThan(1_000);
    expect(small.flights.uri).toMatch(/^s3:\/\//);
  });

  it('leaves everything in the bucket and nothing in a folder', async () => {
    const keys = await bucket.keys();
    for (const file of ofTraining)
      expect(
        keys.some((key) => key.includes(`${trained.id}/`) && key.includes(file)),
        file,
      ).toBe(true);
    expect(keys.some((key) => key.includes(`${scored.id}/`) && key.endsWith('predictions.parquet'))).toBe(true);
    expect(readdirSync(platform.stack.state.artifacts)).toEqual([]);
  });

  it('shows the log of a run', async () => {
    const page = await platform.scene.api.get<LogPage>(`/api/workflows/${trained.id}/logs?tail=1000`);
    expect(page.text).toContain('round 10 of 10');
    expect(page.complete).toBe(true);
  });

  it('hands out the model, whole and by ranges', async () => {
    const { name, version } = trained.model_version!;
    const url = `${platform.scene.api.url}/api/registry/models/${name}/versions/${version}/artifacts/model.ubj`;
    const headers = { authorization: `Bearer ${platform.scene.token}` };
    const whole = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
    const part = await fetch(url, { headers: { ...headers, range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20))).toBe(true);
  });

  it('loads the model for scoring', () => {
    expect(scored.metrics['rows']).toBe(small.flights.splits?.['test']?.row_count);
  });

  it('keeps the keys to the store out of logs, events, answers and every file', async () => {
    const { stack, scene } = platform;
    const keys = [stack.s3!.accessKey, stack.s3!.secretKey];
    // The services' and Ray's logs, the database, the artifacts, and what is noted of attempts.
    for (const folder of [stack.state.root, ...rayFolders(stack.state)]) {
      const found = await filesWith(folder, keys);
      // The server itself notes who owns the bucket.
      expect(
        found.filter((file) => !file.startsWith('s3/metadata/')),
        folder,
      ).toEqual([]);
    }
    const answers = ['/api/events?limit=200', '/api/workflows?limit=100', `/api/workflows/${trained.id}/logs`];
    for (const path of answers) {
      const answer = JSON.stringify(await scene.api.get(path));
      for (const key of keys) expect(answer).not.toContain(key);
    }
  });
});
