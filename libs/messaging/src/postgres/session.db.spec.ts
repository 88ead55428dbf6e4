import { freshDatabase } from '@griffin/testing';
import { expect, it } from 'vitest';
import { Session, type SessionOptions } from './session.ts';

/** As the session was opened; the server of the specs has settings of its own. */
async function setByClient(options: Partial<SessionOptions>) {
  const { urls } = await freshDatabase();
  const session = await Session.open({ url: urls.api, applicationName: 'spec', ...options });
  try {
    return await session.query(
      `SELECT name, setting FROM pg_settings
       WHERE source = 'client' AND name IN ('search_path', 'synchronous_commit') ORDER BY name`,
    );
  } finally {
    await session.end();
  }
}

it('is told where names are looked for, and whether it waits for its commits to be on disk', async () => {
  expect(await setByClient({})).toEqual([]);
  expect(await setByClient({ schema: 'bus', synchronousCommit: false })).toEqual([
    { name: 'search_path', setting: 'bus' },
    { name: 'synchronous_commit', setting: 'off' },
  ]);
});
