import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from '../../api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  const weather = {
    name: 'weather',
    source: { uri: 'file:///data/weather.parquet', format: 'parquet' },
    entity_keys: ['airport'],
    event_time: 'observed_at',
    features: [{ name: 'temp', type: 'double' }],
  };
  await api.call('post', '/api/features').send(weather).expect(201);
});
afterAll(() => api.stop());

const request = (name: string) => ({
  name,
  spine: { uri: 'file:///data/spine.parquet', entity_keys: ['airport'], event_time: 'at', label: 'late' },
  features: [{ view: 'weather@1' }],
  splits: { train: { until: '2013-11-01T00:00:00Z' } },
});

const generate = (body: object, key: string) =>
  api.call('post', '/api/training/dataset').set('idempotency-key', key).send(body);

it('generates one version for one idempotency key, and refuses the key for another request', async () => {
  const key = uuid();
  const { body: first } = await generate(request('flights'), key).expect(202);
  const again = await generate(request('flights'), key).expect(202);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(again.body).toMatchObject({ version: 1, run_id: first.run_id });
  const other = await generate(request('trains'), key).expect(422);
  expect(other.body.code).toBe('idempotency_key_reused');
  const { rows } = await api.database.query('SELECT count(*)::int AS versions FROM dataset_version');
  expect(rows[0].versions).toBe(1);
});

it('generates a version more for another key', async () => {
  const [one, two] = [await generate(request('ships'), uuid()), await generate(request('ships'), uuid())];
  expect([one.body.version, two.body.version]).toEqual([1, 2]);
});
