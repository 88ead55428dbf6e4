import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

  it('gives a part of an artifact, with the digest of the whole', async () => {
    const path = `${models}/versions/1/artifacts/model.ubj`;
    const part = await api.call('get', path).set('range', 'bytes=1-3').responseType('blob').expect(206);
    expect(part.body.toString()).toBe('ree');
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 1-3/5', 'content-length': '3' });
    expect(part.headers['content-digest']).toBeUndefined();
    const digest = createHash('sha256').update('trees').digest('base64');
    expect(part.headers['repr-digest']).toBe(`sha-256=:${digest}:`);
  });

  it.each([
    ['bytes=9-', {}],
    ['bytes=1-3', { 'if-range': '"an-etag"' }],
  ])('gives the whole for %s, %j', async (range, headers) => {
    const request = api.call('get', `${models}/versions/1/artifacts/model.ubj`).set({ range, ...headers });
    expect((await request.responseType('blob').expect(200)).body.toString()).toBe('trees');
  });

  it('says as much as it sends of an artifact that was changed, and what was registered', async () => {
    expect((await train('forest')).status).toBe(200);
    const { body: newest } = await api.call('get', `${models}/versions?limit=1`);
    const [version] = newest.items;
    writeFileSync(fileURLToPath(`${version.uri}/model.ubj`), 'bush');
    const path = `${models}/versions/${version.version}/artifacts/model.ubj`;
    const answer = await api.call('get', path).responseType('blob').expect(200);
    expect([answer.body.toString(), answer.headers['content-length']]).toEqual(['bush', '4']);
    const registered = createHash('sha256').update('forest').digest('base64');
    expect(answer.headers['content-digest']).toBe(`sha-256=:${registered}:`);
    rmSync(fileURLToPath(`${version.uri}/model.ubj`));
    expect((await api.call('get', path).expect(404)).body.code).toBe('artifact_unknown');
  });

  it.each(['nothing.bin', '../report.json', '..%2Freport.json', '%2e%2e/report.json'])(
    'gives nothing for %s',
    async (path) => {
      const answer = await api.call('get', `${models}/versions/1/artifacts/${path}`);
      expect(answer.status).toBe(404);
    },
  );

  it('is unknown to another project, whatever is asked of it', async () => {
    const stranger = await api.anotherProject();
    const paths = [
      '',
      '/versions',
      '/versions/1',
      '/versions/1/artifacts',
      '/versions/1/artifacts/model.ubj',
      '/aliases',
    ];
    for (const path of paths) await api.call('get', `${models}${path}`, stranger).expect(404);
    await api.call('put', `${models}/aliases/theirs`, stranger).send({ version: 1 }).expect(404);
    expect((await api.call('get', '/api/registry/models', stranger)).body.items).toEqual([]);
  });

  it.each([0, -1, 3_000_000_000, 1e20])('refuses a cursor of version %d, which no page gave', async (version) => {
    const cursor = Buffer.from(JSON.stringify({ version })).toString('base64url');
    const answer = await api.call('get', `${models}/versions?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'cursor_invalid']);
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

  it('is listed with where it points, now and then, page by page', async () => {
    for (const alias of ['list-b', 'list-a', 'list-c']) await move(alias, 1).expect(200);
    const before = new Date().toISOString();
    await move('list-a', 2).expect(200);
    await api.call('delete', `${models}/aliases/list-b`).expect(204);
    const listed = async (query: string) => {
      const { body } = await api.call('get', `${models}/aliases?${query}`).expect(200);
      const items = body.items.map(({ alias, version }: { alias: string; version: number }) => `${alias}@${version}`);
      return { items: items.filter((item: string) => item.startsWith('list-')), next: body.next_cursor as string };
    };
    expect((await listed('')).items).toEqual(['list-a@2', 'list-c@1']);
    expect((await listed(`at=${before}`)).items).toEqual(['list-a@1', 'list-b@1', 'list-c@1']);
    expect((await listed('at=2000-01-01T00:00:00Z')).items).toEqual([]);
    const { next } = await listed('limit=1');
    expect((await listed(`limit=200&cursor=${next}`)).items).toEqual(['list-a@2', 'list-c@1']);
  });

  it('answers under its own path with its version', async () => {
    await move('own', 1).expect(200);
    const before = new Date().toISOString();
    const moved = await move('own', 2).expect(200);
    expect((await api.call('get', `${models}/aliases/own`).expect(200)).body).toEqual(moved.body);
    expect((await api.call('get', `${models}/aliases/own?at=${before}`).expect(200)).body.version).toBe(1);
    const { body: problem } = await api.call('get', `${models}/aliases/nobody`).expect(404);
    expect(problem.code).toBe('model_version_unknown');
  });

  it('has its history page by page', async () => {
    for (const version of [1, 2, 3]) await move('paged', version).expect(200);
    const page = async (query: string) =>
      (await api.call('get', `${models}/aliases/paged/history?limit=2${query}`).expect(200)).body;
    const first = await page('');
    expect(first.items.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    const last = await page(`&cursor=${first.next_cursor}`);
    expect(last).toMatchObject({ items: [{ version: 1 }], next_cursor: null });
  });

  it('moves once however many ask for the same move at once, and each move knows where it came from', async () => {
    await move('race', 1).expect(200);
    await Promise.all(Array.from({ length: 6 }, (_, index) => move('race', 2 + (index % 2)).expect(200)));
    const { rows } = await api.database.query(
      `SELECT (envelope->'data'->>'from_version')::int AS came, (envelope->'data'->>'to_version')::int AS went
       FROM outbox WHERE type = 'model.alias-moved' AND envelope->'data'->>'alias' = 'race' ORDER BY id`,
    );
    expect(rows.map(({ came }) => came)).toEqual([null, ...rows.slice(0, -1).map(({ went }) => went)]);
    expect(rows.every(({ came, went }) => came !== went)).toBe(true);
  });

  it.each(['2020-W01-1', '2020-060', '20200101T000000Z', '2020-01-01', '2020-01-01T00:00:00', 'yesterday'])(
    'refuses %s for a moment',
    async (at) => {
      const answer = await api.call('get', `${models}/versions/champion?at=${at}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'parameter_invalid']);
    },
  );

  it('cannot lead to a version that does not exist, nor read as one', async () => {
    expect((await move('champion', 999)).status).toBe(404);
    expect((await api.call('put', `${models}/aliases/7`).send({ version: 1 })).status).toBe(400);
    const spaced = await api.call('put', `${models}/aliases/a%20b`).send({ version: 1 }).expect(400);
    expect(spaced.body.errors).toMatchObject([
      { pointer: '/alias', message: expect.stringContaining('digits, _ and -') },
    ]);
  });
});
