import type { ResolvedRunSpec } from '@griffin/contracts';
import { eventually } from '@griffin/testing';
import type { Test } from 'supertest';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../api.fixture.ts';
import { aFinish, hear } from '../../workflows/worker-says.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const path = '/api/workflow-definitions';
const remove = (name: string, id?: string) =>
  api.call('delete', `${path}/${name}${id === undefined ? '' : `?id=${id}`}`);

/** A definition that runs can be of, and its id. */
async function define(name: string): Promise<string> {
  await api.defineTraining(name);
  return (await api.call('get', `${path}/${name}`).expect(200)).body.id;
}

/** Supertest sends when it is awaited. */
const sent = async (request: Test) => request;

/** Resolves when so many connections wait for a lock. */
const waiting = (count: number) =>
  eventually(async () => {
    const { rows } = await api.database.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
    );
    expect(rows[0].count).toBe(count);
  });

const over = (spec: ResolvedRunSpec) => hear(api, aFinish(spec));

describe('a deletion', () => {
  it('is told once, and leaves the name to another definition', async () => {
    const id = await define('short-lived');
    await remove('short-lived').expect(204);
    expect(await api.published(id)).toEqual(['definition.deleted']);
    const unknown = await remove('short-lived').expect(404);
    expect(unknown.body.code).toBe('definition_unknown');
    const listed = await api.call('get', path).expect(200);
    expect(listed.body.items.map(({ name }: { name: string }) => name)).not.toContain('short-lived');
    const next = await define('short-lived');
    expect(next).not.toBe(id);
    expect((await api.call('get', `${path}/short-lived/versions/1`)).body).toMatchObject({
      id: next,
      deleted_at: null,
    });
    expect(await api.published(id)).toHaveLength(1);
  });

  it('takes no submissions, by whatever reference, and leaves what there is readable by its id', async () => {
    const id = await define('old');
    const { id: runId, spec } = await api.submit({ definition: 'old@1' });
    await over(spec);
    await remove('old').expect(204);
    for (const reference of ['old', 'old@1']) {
      for (const route of ['/api/workflows', '/api/workflows?dry_run=true']) {
        const refused = await api.call('post', route).send({ definition: reference }).expect(404);
        expect(refused.body.code).toBe('definition_unknown');
      }
    }
    expect((await api.call('get', `/api/workflows/${runId}`)).body.definition).toEqual({ id, name: 'old', version: 1 });
    await api.call('get', `${path}/old/versions/1`).expect(404);
    for (const route of ['/old', '/old/versions/1']) {
      const { body } = await api.call('get', `${path}${route}?id=${id}`).expect(200);
      expect(body).toMatchObject({ id, version: 1, deleted_at: expect.stringMatching(/Z$/) });
    }
    const versions = await api.call('get', `${path}/old/versions?id=${id}`).expect(200);
    expect(versions.body.items).toHaveLength(1);
    const next = await define('old');
    const again = await api.submit({ definition: 'old@1' });
    expect(again.spec.definition.id).toBe(next);
  });

  it('is refused while runs are active, and says which', async () => {
    const id = await define('busy');
    const { id: runId, spec } = await api.submit({ definition: 'busy' });
    const refused = await remove('busy').expect(409);
    expect(refused.body).toMatchObject({ code: 'in_use', detail: expect.stringContaining(runId) });
    expect(refused.body.detail).toContain('Terminate');
    await api.call('post', `/api/workflows/${runId}/terminate`).expect(202);
    await remove('busy').expect(409);
    await over(spec);
    await remove('busy').expect(204);
    expect(await api.published(id)).toEqual(['definition.deleted']);
  });

  it('by id is of that very definition, and the same again is no error', async () => {
    const id = await define('guarded');
    await remove('guarded', uuid()).expect(404);
    await remove('guarded', 'x').expect(400);
    await remove('guarded', id).expect(204);
    await remove('guarded', id).expect(204);
    const next = await define('guarded');
    await remove('guarded', id).expect(204);
    expect((await api.call('get', `${path}/guarded`).expect(200)).body.id).toBe(next);
    expect(await api.published(id)).toEqual(['definition.deleted']);
    expect(await api.published(next)).toEqual([]);
  });

  it("is not of another project's, and not of the platform's own", async () => {
    await define('mine');
    await api.call('delete', `${path}/mine`, await api.anotherProject()).expect(404);
    const body = { id: uuid(), name: 'griffin-score' };
    await api.database.query(
      `INSERT INTO workflow_definition (id, project_id, name, built_in) SELECT $1, id, $2, true FROM project
       WHERE name = 'default'`,
      [body.id, body.name],
    );
    expect((await remove(body.name).expect(409)).body.code).toBe('built_in');
  });

  it('waits for a submission that is under way, and then is refused', async () => {
    const id = await define('submitting');
    await api.database.query('BEGIN');
    await api.database.query('LOCK TABLE run IN SHARE MODE');
    const submission = sent(api.call('post', '/api/workflows').send({ definition: 'submitting' }));
    await waiting(1);
    const deletion = sent(remove('submitting'));
    await waiting(2);
    await api.database.query('COMMIT');
    expect([(await submission).status, (await deletion).body.code]).toEqual([201, 'in_use']);
    expect(await api.published(id)).toEqual([]);
  });

  it('that is under way is waited for by a submission, which then finds nothing', async () => {
    const id = await define('going');
    await api.submit({ definition: 'going@1' }).then(({ spec }) => over(spec));
    await api.database.query('BEGIN');
    await api.database.query('UPDATE workflow_definition SET deleted_at = now() WHERE id = $1', [id]);
    const submission = sent(api.call('post', '/api/workflows').send({ definition: 'going@1' }));
    await waiting(1);
    await api.database.query('COMMIT');
    expect((await submission).body.code).toBe('definition_unknown');
  });

  it('and submissions at the same time: runs are accepted, or the definition goes, and never both', async () => {
    for (let round = 0; round < 12; round += 1) {
      const name = `raced-${round}`;
      const id = await define(name);
      const submission = () => api.call('post', '/api/workflows').send({ definition: `${name}@1` });
      const [deletion, ...submissions] = await Promise.all([remove(name), submission(), submission()]);
      const accepted = submissions.some(({ status }) => status === 201);
      expect(deletion.status).toBe(accepted ? 409 : 204);
      expect(await api.published(id)).toEqual(accepted ? [] : ['definition.deleted']);
    }
  });

  it('and a new version at the same time end in a definition that is, or is another one', async () => {
    for (let round = 0; round < 8; round += 1) {
      const name = `revived-${round}`;
      const id = await define(name);
      const body = { name, stage: 'prototype', kind: 'train', runtime: 'xgboost', config: { max_depth: 2 } };
      const [deletion, version] = await Promise.all([remove(name), api.call('post', path).send(body)]);
      expect([deletion.status, version.status]).toEqual([204, 201]);
      expect(version.body.version).toBe(version.body.id === id ? 2 : 1);
    }
  });
});
