import { eventually } from '@griffin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const page = async (query: string, token?: string) => (await api.call('get', `/api/events/?${query}`, token)).body;

/** The position behind everything that was submitted so far. */
async function published(): Promise<string> {
  return eventually(async () => {
    const { rows } = await api.database.query('SELECT count(*)::int AS open FROM outbox WHERE position IS NULL');
    expect(rows[0].open).toBe(0);
    const last = await api.database.query('SELECT coalesce(max(position), 0) AS position FROM outbox');
    return String(last.rows[0].position);
  });
}

describe('the feed of events', () => {
  it('has each event once and in order, page by page', async () => {
    const after = await published();
    const ids: string[] = [];
    for (let run = 0; run < 3; run += 1) ids.push((await api.submit()).id);
    await published();
    const first = await page(`after=${after}&limit=2`);
    const second = await page(`after=${first.next_cursor}&limit=2`);
    const subjects = [...first.items, ...second.items].map(({ subject }: { subject: string }) => subject);
    expect(subjects).toEqual(ids);
    expect(await page(`after=${second.next_cursor}`)).toEqual({ items: [], next_cursor: second.next_cursor });
  });

  it('gives whole envelopes, of the types that are asked for', async () => {
    const after = await published();
    const { id } = await api.submit();
    await api.call('post', `/api/workflows/${id}/terminate`).send({}).expect(202);
    await published();
    const { items } = await page(`after=${after}&types=workflow.termination-requested,run.completed`);
    expect(items).toMatchObject([{ specversion: '1.0', type: 'workflow.termination-requested', subject: id }]);
  });

  it('holds an empty answer back until there is an event', async () => {
    const after = await published();
    const waiting = page(`after=${after}&wait=20`);
    const { id } = await api.submit();
    expect((await waiting).items).toMatchObject([{ type: 'workflow.requested', subject: id }]);
  });

  it('answers at once without a wait, and in the end with one', async () => {
    const after = await published();
    expect(await page(`after=${after}`)).toEqual({ items: [], next_cursor: after });
    expect(await page(`after=${after}&wait=1`)).toEqual({ items: [], next_cursor: after });
  });

  it('has nothing of another project', async () => {
    await api.submit();
    await published();
    expect((await page('after=0')).items.length).toBeGreaterThan(0);
    expect((await page('after=0', await api.anotherProject())).items).toEqual([]);
  });

  it.each(['types=nothing', 'after=-1', 'after=1.5', 'limit=0', 'limit=501', 'wait=61', 'since=0'])(
    'refuses %s',
    async (query) => {
      const answer = await api.call('get', `/api/events?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'parameter_invalid']);
    },
  );
});
