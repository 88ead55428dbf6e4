import { Database } from '@griffin/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { FeatureStoreService } from './feature-store.service.ts';

let api: TestApi;
const views = '/api/features';
const body = {
  source: { uri: 's3://features/weather.parquet', format: 'parquet' },
  entity_keys: ['origin'],
  event_time: 'observed_at',
  features: [{ name: 'temp', type: 'double' }],
};

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const index = (name: string, more: object = {}, token?: string) =>
  api.call('post', `${views}/`, token).send({ name, ...body, ...more });

describe('a feature view', () => {
  it('numbers its versions without gap or twin, also when many are indexed at once', async () => {
    const descriptions = Array.from({ length: 8 }, (_, number) => `description ${number}`);
    const answers = await Promise.all(descriptions.map((description) => index('rush', { description })));
    const numbers = answers.map((answer) => answer.body.version as number).toSorted((one, other) => one - other);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('says all of itself in every version', async () => {
    const more = { available_at: 'known_at', max_age_seconds: 60, tie_break: 'sequence', owner: 'ops', tags: ['air'] };
    const { headers } = await index('full', more).expect(201);
    const { body: found } = await api.call('get', `${headers['location']}/`).expect(200);
    const features = [{ name: 'temp', type: 'double', description: '' }];
    expect(found).toMatchObject({ ...body, ...more, name: 'full', version: 1, features, description: '' });
  });

  it.each(['nobody', 'full/versions/99'])('%s is unknown', async (path) => {
    const { body: problem } = await api.call('get', `${views}/${path}`).expect(404);
    expect(problem).toMatchObject({ code: 'feature_view_unknown', retryable: false });
  });

  it.each([
    ['a folder outside any bucket', { source: { uri: 's3://features', format: 'parquet' } }, '/source/uri'],
    ['a relative path', { source: { uri: 'file://weather.parquet', format: 'parquet' } }, '/source/uri'],
    ['another format', { source: { uri: 'file:///weather.csv', format: 'csv' } }, '/source/format'],
    ['one key twice', { entity_keys: ['origin', 'origin'] }, '/entity_keys'],
    ['one feature twice', { features: [...body.features, ...body.features] }, '/features'],
    ['no age', { max_age_seconds: 0 }, '/max_age_seconds'],
  ])('with %s is refused, and not stored', async (_what, more, pointer) => {
    const before = await api.rows();
    const { body: problem } = await index('refused', more).expect(422);
    expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect(await api.rows()).toEqual(before);
  });
});

describe('the search', () => {
  let reader: string;
  beforeAll(async () => {
    reader = await api.anotherProject();
    for (const name of ['tides', 'air', 'soil']) await index(name, { tags: ['nature'] }, reader).expect(201);
    await index('soil', { tags: ['ground'] }, reader).expect(201);
  });

  const found = async (query: string) => {
    const { body: page } = await api.call('get', `${views}?${query}`, reader).expect(200);
    return page.items.map((item: { name: string; version: number }) => `${item.name}@${item.version}`);
  };

  it('knows only what the newest versions say, and only of the project', async () => {
    expect(await found('')).toEqual(['air@1', 'soil@2', 'tides@1']);
    expect(await found('tag=nature')).toEqual(['air@1', 'tides@1']);
    expect(await found('q=GROUND')).toEqual(['soil@2']);
  });

  it('takes a tag as a whole, and both conditions together', async () => {
    expect(await found('tag=nat')).toEqual([]);
    expect(await found('tag=nature&q=tide')).toEqual(['tides@1']);
  });

  it('goes on behind the last page, under the same condition', async () => {
    const first = await api.call('get', `${views}/?tag=nature&limit=1`, reader).expect(200);
    expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['air']);
    expect(await found(`tag=nature&limit=1&cursor=${first.body.next_cursor}`)).toEqual(['tides@1']);
  });

  it('refuses a cursor that no list gave', async () => {
    const { body: problem } = await api.call('get', `${views}?cursor=nonsense`, reader).expect(400);
    expect(problem.code).toBe('cursor_invalid');
  });
});

it('a dataset gets the version that its reference names', async () => {
  await index('resolved').expect(201);
  await index('resolved', { tie_break: 'sequence' }).expect(201);
  const [project] = (await api.database.query(`SELECT id FROM project WHERE name = 'default'`)).rows;
  const database = api.app.get(Database, { strict: false });
  const resolve = (version: number | null, alias: string | null = null) => {
    const reference = { name: 'resolved', version, alias };
    return api.app.get(FeatureStoreService, { strict: false }).resolve(database.manager, project.id, reference);
  };
  expect(await resolve(1)).toMatchObject({ version: 1, source_uri: body.source.uri, tie_break: null });
  expect(await resolve(null)).toMatchObject({ version: 2, tie_break: 'sequence', max_age_seconds: null });
  await expect(resolve(null, 'champion')).rejects.toMatchObject({ code: 'feature_view_unknown' });
});
