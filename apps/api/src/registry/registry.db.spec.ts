import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { successOf, TestApi } from '../api.fixture.ts';

let api: TestApi;
const models = '/api/registry/models/delays';

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
  for (let version = 1; version <= 3; version += 1) await train();
});
afterAll(() => api.stop());

/** A run that succeeds, with one real artifact. */
async function train(content = 'trees') {
  const { spec } = await api.submit();
  const bootId = uuid();
  const report = successOf(spec, bootId);
  const file = fileURLToPath(`${report.outputs[0]?.uri}/model.ubj`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  Object.assign(report.outputs[0]?.files[0] ?? {}, { size: content.length, sha256 });
  await api.asRuntime(spec, 'start', { boot_id: bootId });
  return api.asRuntime(spec, 'report', report);
}

describe('a registered model', () => {
  it('numbers its versions without gap or twin, also when many end at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => train()));
    const { body } = await api.call('get', `${models}/versions?limit=50`).expect(200);
    const numbers = body.items.map(({ version }: { version: number }) => version);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));
    expect(numbers.length).toBeGreaterThanOrEqual(11);
  });

  it('says of a version where it came from, what it takes and how good it is', async () => {
    const { body } = await api.call('get', `${models}/versions/1`).expect(200);
    expect(body).toMatchObject({ name: 'delays', version: 1, framework: 'xgboost', metrics: { test_auc: 0.7 } });
    expect(body.artifacts[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    const run = await api.call('get', `/api/workflows/${body.run_id}`).expect(200);
    expect(run.body.model_version.id).toBe(body.id);
  });

  it('gives the bytes of its artifacts, and what to check them with', async () => {
    const answer = await api.call('get', `${models}/versions/1/artifacts/model.ubj`).responseType('blob').expect(200);
    expect(answer.body.toString()).toBe('trees');
    const digest = createHash('sha256').update(answer.body).digest('base64');
    expect(answer.headers).toMatchObject({ 'content-digest': `sha-256=:${digest}:`, 'content-length': '5' });
  });

  it.each(['nothing.bin', '../report.json', '..%2Freport.json', '%2e%2e/report.json'])(
    'gives nothing for %s',
    async (path) => {
      const answer = await api.call('get', `${models}/versions/1/artifacts/${path}`);
      expect(answer.status).toBe(404);
    },
  );

  it('is unknown to another project', async () => {
    await api.call('get', models, await api.anotherProject()).expect(404);
  });
});

describe('an alias', () => {
  const move = (alias: string, version: number) => api.call('put', `${models}/aliases/${alias}`).send({ version });

  it('leads to a version, now and at any earlier moment', async () => {
    await move('champion', 1).expect(200);
    const before = new Date().toISOString();
    const moved = await move('champion', 2).expect(200);
    expect(moved.body.version).toBe(2);
    const now = await api.call('get', `${models}/versions/champion`).expect(200);
    expect(now.body.version).toBe(2);
    const then = await api.call('get', `${models}/versions/champion?at=${before}`).expect(200);
    expect(then.body.version).toBe(1);
    expect((await api.call('get', models)).body.aliases).toMatchObject({ champion: 2 });
  });

  it('moves by events that say who moved it: each move is one, no move is none', async () => {
    await move('shadow', 1).expect(200);
    await move('shadow', 1).expect(200);
    await api.call('delete', `${models}/aliases/shadow`).expect(204);
    const { body } = await api.call('get', `${models}/aliases/shadow/history`).expect(200);
    expect(body.items.map(({ version }: { version: number | null }) => version)).toEqual([null, 1]);
    expect(body.items[0].moved_by).toBe('token:bootstrap');
    await api.call('get', `${models}/versions/shadow`).expect(404);
    const { rows } = await api.database.query(
      `SELECT envelope->'data'->>'to_version' AS version FROM outbox
       WHERE type = 'model.alias-moved' AND envelope->'data'->>'alias' = 'shadow' ORDER BY id`,
    );
    expect(rows.map(({ version }) => version)).toEqual(['1', null]);
  });

  it('cannot lead to a version that does not exist, nor read as one', async () => {
    expect((await move('champion', 999)).status).toBe(404);
    expect((await api.call('put', `${models}/aliases/7`).send({ version: 1 })).status).toBe(400);
  });
});
