import pg from 'pg';
import { expect, it } from 'vitest';
import { runSucceeded } from '../../../dev/demo/steps/waiting.ts';
import type { DatasetVersion } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { DeadLetter } from '../support/dead-letters.ts';
import type { TestPlatform } from '../support/platform.ts';
import { type SmallTraining, smallDataset } from '../support/small-training.ts';

/** What is no event goes to the dead letters, and the consumers go on. */
export function describeMalformedEvent(given: () => { platform: TestPlatform; small: SmallTraining }): void {
  it('is put aside with the reason, and a run right behind it completes', async () => {
    const { platform, small } = given();
    const database = new pg.Client({ connectionString: platform.stack.databaseAdminUrl });
    await database.connect();
    try {
      const malformed = JSON.stringify({ specversion: '1.0', type: 'attempt.finished', data: { note: 'no event' } });
      await database.query(
        `INSERT INTO bus.event (topic, key, envelope) VALUES ('attempt.finished', 'malformed', $1)`,
        [malformed],
      );
      const body = smallDataset(platform.tables, small.view);
      const pending = await platform.scene.api.post<DatasetVersion>('/api/training/dataset/', body);
      await runSucceeded(platform.scene, pending.run_id);
      const letter = await eventually(() => deadLetter(database));
      expect(letter).toMatchObject({ service: 'api', topic: 'attempt.finished' });
      expect(JSON.parse(letter.original)).toEqual(JSON.parse(malformed));
    } finally {
      await database.end();
    }
  });
}

async function deadLetter(database: pg.Client): Promise<DeadLetter> {
  const { rows } = await database.query<{ envelope: string }>(
    `SELECT envelope FROM bus.event WHERE topic = 'dead-letter'`,
  );
  const [row, ...more] = rows;
  if (row === undefined || more.length > 0) throw new Error(`there are ${rows.length} dead letters`);
  return (typeof row.envelope === 'string' ? JSON.parse(row.envelope) : row.envelope) as DeadLetter;
}
