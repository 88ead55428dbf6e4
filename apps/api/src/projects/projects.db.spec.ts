import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { TokenService } from './token.service.ts';

let api: TestApi;
const tokens = '/api/projects/tokens';

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const create = (body: object, token?: string) => api.call('post', tokens, token).send({ name: 'laptop', ...body });
const rowOf = async (id: string) =>
  (await api.database.query('SELECT * FROM access_token WHERE id = $1', [id])).rows[0];

describe('a project', () => {
  it('is told to its token, and no other is', async () => {
    const own = await api.call('get', '/api/projects/').expect(200);
    expect(own.body).toMatchObject({ name: 'default', id: expect.any(String) });
    const other = await api.call('get', '/api/projects', await api.anotherProject()).expect(200);
    expect(other.body.id).not.toBe(own.body.id);
  });

  it('and its first token are made once, however often api starts', async () => {
    const service = api.app.get(TokenService, { strict: false });
    const token = `grf_${'x'.repeat(40)}`;
    await Promise.all(Array.from({ length: 4 }, () => service.bootstrap('first', token)));
    await service.bootstrap('first', token);
    const { rows } = await api.database.query(
      `SELECT project.name FROM access_token JOIN project ON project.id = project_id WHERE project.name = 'first'`,
    );
    expect(rows).toEqual([{ name: 'first' }]);
    expect((await api.call('get', '/api/projects', token).expect(200)).body.name).toBe('first');
  });
});

describe('a token', () => {
  it('is shown when it is made and never again', async () => {
    const { body: made } = await create({ name: 'shown' }).expect(201);
    await api.call('get', '/api/projects', made.token).expect(200);
    const { body: listed } = await api.call('get', `${tokens}?limit=200`).expect(200);
    expect(listed.items.find(({ id }: { id: string }) => id === made.id)).toEqual({
      id: made.id,
      name: 'shown',
      created_at: expect.any(String),
      expires_at: null,
      last_used_at: expect.any(String),
    });
    expect(JSON.stringify(await rowOf(made.id))).not.toContain(made.token);
    expect(JSON.stringify(listed)).not.toContain((await rowOf(made.id)).hash);
  });

  it.each([
    ['without an end', {}, null],
    ['with null for its end', { expires_at: null }, null],
    ['with an end', { expires_at: '2199-01-01T02:00:00+02:00' }, '2199-01-01T00:00:00.000Z'],
  ])('%s opens its project', async (_what, body, expected) => {
    const { body: made } = await create(body).expect(201);
    await api.call('get', '/api/projects', made.token).expect(200);
    expect((await rowOf(made.id)).expires_at?.toISOString() ?? null).toBe(expected);
  });

  it('opens nothing any more from its end on', async () => {
    const { body: made } = await create({ expires_at: '2199-01-01T00:00:00Z' }).expect(201);
    await api.call('get', '/api/projects', made.token).expect(200);
    await api.database.query('UPDATE access_token SET expires_at = now() WHERE id = $1', [made.id]);
    const { body: problem, headers } = await api.call('get', '/api/projects', made.token).expect(401);
    expect(problem.code).toBe('token_invalid');
    expect(headers['www-authenticate']).toBe('Bearer realm="griffin"');
  });

  it.each([
    ['no name', { name: undefined }, '/name'],
    ['a name in capitals', { name: 'Laptop' }, '/name'],
    ['a week for its end', { expires_at: '2199-W01-1' }, '/expires_at'],
    ['a day for its end', { expires_at: '2199-060' }, '/expires_at'],
    ['an end without a zone', { expires_at: '2199-01-01T00:00:00' }, '/expires_at'],
    ['another field', { project_id: uuid() }, '/project_id'],
  ])('with %s is refused, and not stored', async (_what, body, pointer) => {
    const count = async () => (await api.database.query('SELECT count(*) FROM access_token')).rows[0].count;
    const before = await count();
    const { body: problem } = await create(body).expect(422);
    expect([...new Set(problem.errors.map((error: { pointer: string }) => error.pointer))]).toEqual([pointer]);
    expect(await count()).toBe(before);
  });

  it('notes its use once a minute at most', async () => {
    const { body: made } = await create({}).expect(201);
    const useAfter = async (seconds: number) => {
      const lastUse = new Date(Date.now() - seconds * 1000);
      await api.database.query('UPDATE access_token SET last_used_at = $2 WHERE id = $1', [made.id, lastUse]);
      await api.call('get', '/api/projects', made.token).expect(200);
      return (await rowOf(made.id)).last_used_at > lastUse;
    };
    expect(await useAfter(30)).toBe(false);
    expect(await useAfter(90)).toBe(true);
  });

  it('can be revoked by its project alone', async () => {
    const { body: made } = await create({}).expect(201);
    const stranger = await api.anotherProject();
    const { body: problem } = await api.call('delete', `${tokens}/${made.id}`, stranger).expect(404);
    expect(problem.code).toBe('token_unknown');
    await api.call('get', '/api/projects', made.token).expect(200);
    await api.call('delete', `${tokens}/${made.id}`).expect(204);
    await api.call('get', '/api/projects', made.token).expect(401);
    await api.call('delete', `${tokens}/${made.id}`).expect(404);
  });

  it('is listed in the order in which they were made, page by page', async () => {
    const owner = await api.anotherProject();
    for (const name of ['b', 'a']) await create({ name }, owner).expect(201);
    const page = async (query: string) => (await api.call('get', `${tokens}?limit=2${query}`, owner).expect(200)).body;
    const first = await page('');
    expect(first.items.map(({ name }: { name: string }) => name)).toEqual(['other', 'b']);
    const last = await page(`&cursor=${first.next_cursor}`);
    expect(last).toMatchObject({ items: [{ name: 'a' }], next_cursor: null });
  });
});

describe('without a token that is valid', () => {
  it.each([
    ['nothing', undefined, 'token_missing'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'token_malformed'],
    ['no token after the scheme', 'Bearer ', 'token_malformed'],
    ['one that nobody made', 'Bearer grf_unknown', 'token_invalid'],
  ])('%s opens nothing', async (_what, authorization, code) => {
    const request = api.anonymous('get', '/api/projects');
    const answer = await (authorization === undefined ? request : request.set('authorization', authorization));
    expect([answer.status, answer.body.code]).toEqual([401, code]);
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer realm="griffin"' });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});

describe('the token of an attempt', () => {
  it('opens nothing but its attempt, which a token of the project does not open', async () => {
    await api.defineTraining();
    const { spec } = await api.submit();
    const runToken = await api.runToken(spec);
    for (const path of ['/api/projects', '/api/registry/models', `/api/workflows/${spec.run_id}`, '/metrics'])
      await api.call('get', path, runToken).expect(401);
    await api.call('post', tokens, runToken).send({ name: 'stolen' }).expect(401);
    const start = `/api/workflows/${spec.run_id}/attempts/1/start`;
    await api.call('post', start).send({ boot_id: uuid() }).expect(401);
    await api.call('post', start, runToken).send({ boot_id: uuid() }).expect(200);
  });
});
