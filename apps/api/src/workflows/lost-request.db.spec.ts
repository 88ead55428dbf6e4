import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { TestApi } from '../api.fixture.ts';
import { lostRequestContract } from './lost-request.fixture.ts';

describe('the embedded bus', () => {
  let api: TestApi;
  let admin: pg.Client;

  beforeAll(async () => {
    api = await TestApi.start({ GRIFFIN_REPUBLISH_AFTER_SECONDS: '1' });
    await api.defineTraining();
    admin = new pg.Client({ connectionString: api.server.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await api?.stop();
  });

  lostRequestContract(() => ({
    api,
    options: { kind: 'embedded', url: api.server.urls.isc },
    lose: async () => {
      const { rowCount } = await admin.query("DELETE FROM bus.event WHERE topic = 'workflow.requested'");
      return rowCount ?? 0;
    },
  }));
});
