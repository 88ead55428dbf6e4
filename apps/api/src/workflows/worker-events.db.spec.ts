import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactLayout, type ResolvedRunSpec } from '@griffin/contracts';
import { PermanentError } from '@griffin/messaging';
import { ArtifactStoreUnavailable } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { successOf, TestApi } from '../api.fixture.ts';
import { artifactStore, type ArtifactStore } from '../artifacts/artifact-store.ts';
import { aClusterReady, aFinish, aProgress, aRelease, hear } from './worker-says.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
  await api.defineTraining();
});
afterAll(() => api.stop());

const get = async (id: string, more = '') => (await api.call('get', `/api/workflows/${id}${more}`)).body;
const killed = { reason: { code: 'process_killed', message: 'Killed by signal 9.' }, retryable: true };

async function started(): Promise<{ id: string; spec: ResolvedRunSpec; bootId: string }> {
  const run = await api.submit();
  const bootId = uuid();
  await api.asRuntime(run.spec, 'start', { boot_id: bootId });
  return { ...run, bootId };
}

function leaves(spec: ResolvedRunSpec, report: string): void {
  const path = fileURLToPath(artifactLayout.report(spec.artifact_root, 1));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, report);
}

describe('what the cluster says of an attempt', () => {
  it('moves a run on, adds links, and is kept in the history with its cause', async () => {
    const { id, spec } = await api.submit();
    const queued = aProgress(spec, { phase: 'queued', reason: { code: 'queued', message: 'Waits for 2 CPUs.' } });
    await hear(api, queued);
    expect(await get(id)).toMatchObject({ state: 'PROVISIONING', reason: { code: 'queued' } });
    await hear(api, aClusterReady(spec));
    const links = { ray_dashboard: 'http://127.0.0.1:8265', ray_dashboard_in_cluster: 'http://head:8265' };
    expect(await get(id)).toMatchObject({ links });
    const { items } = await get(id, '/history');
    expect(items).toMatchObject([
      { revision: 1, from_state: null, state: 'REQUESTED', caused_by: 'token:bootstrap' },
      { revision: 2, from_state: 'REQUESTED', state: 'PROVISIONING', caused_by: queued.id },
      { revision: 3, from_state: 'PROVISIONING', state: 'PROVISIONING' },
    ]);
  });

  it('that is delivered twice has its effect once', async () => {
    const { id, spec } = await started();
    const event = aFinish(spec, killed);
    await Promise.all([hear(api, event), hear(api, event)]);
    await hear(api, event);
    expect(await get(id)).toMatchObject({ state: 'PROVISIONING', attempt: 2, revision: 3 });
  });

  it('releases the resources of a run once, whether it comes before the end or after it', async () => {
    for (const order of ['before', 'after']) {
      const { id, spec } = await started();
      await api.call('post', `/api/workflows/${id}/terminate`).send({});
      const [end, release] = [aFinish(spec, { exit: 'stopped' }), aRelease(spec)];
      for (const event of order === 'before' ? [release, end] : [end, release]) await hear(api, event);
      const run = await get(id);
      expect(run).toMatchObject({ state: 'TERMINATED', resources: 'released' });
      await hear(api, release);
      await hear(api, aRelease(spec));
      expect(await get(id)).toEqual(run);
      const { items } = await get(id, '/attempts');
      expect(items[0]).toMatchObject({ finished_at: end.data.finished_at, released_at: release.data.released_at });
    }
  });

  it('of an earlier attempt is recorded and moves nothing', async () => {
    const { id, spec } = await started();
    await hear(api, aFinish(spec, killed));
    const before = await get(id);
    await hear(api, aProgress(spec, { phase: 'lost' }, 9));
    await hear(api, aClusterReady(spec, { dashboard_url: 'http://127.0.0.1:1' }));
    expect(await get(id)).toEqual(before);
    const { items } = await get(id, '/attempts');
    expect(items[0]).toMatchObject({ number: 1, phase: 'finished', links: { ray_dashboard: 'http://127.0.0.1:1' } });
  });

  it('of a run that api does not know can never be processed', async () => {
    const { spec } = await api.submit();
    const unknown = { ...spec, run_id: uuid() };
    for (const event of [aProgress(unknown), aFinish(unknown), aFinish(spec, { attempt: 7 })]) {
      await expect(hear(api, event)).rejects.toBeInstanceOf(PermanentError);
    }
  });

  it('and what the runtime says race: each counts once, and no revision is lost', async () => {
    for (let trial = 0; trial < 60; trial += 1) {
      const { id, spec } = await api.submit();
      await Promise.all([
        hear(api, aProgress(spec)),
        hear(api, aClusterReady(spec)),
        api.asRuntime(spec, 'start', { boot_id: uuid() }),
        api.asRuntime(spec, 'progress', { links: { mlflow: 'http://127.0.0.1:2/' } }),
      ]);
      const run = await get(id);
      expect(run).toMatchObject({ state: 'RUNNING', observation: { status: 'seen' } });
      expect(run.links).toMatchObject({ ray_dashboard: 'http://127.0.0.1:8265', mlflow: 'http://127.0.0.1:2/' });
      const { items } = await get(id, '/history');
      const revisions = items.map(({ revision }: { revision: number }) => revision);
      expect(revisions).toEqual(Array.from({ length: run.revision }, (_, index) => index + 1));
    }
  });
});

describe('the end of an attempt that did not post its report', () => {
  it('lets the report count that it stored', async () => {
    const { id, spec, bootId } = await started();
    leaves(spec, JSON.stringify(successOf(spec, bootId)));
    await hear(api, aFinish(spec, { exit: 'stopped' }));
    expect(await get(id)).toMatchObject({
      state: 'SUCCEEDED',
      resources: 'held',
      model_version: { name: 'delays' },
    });
    expect(await api.published(id)).toEqual(['workflow.requested', 'run.completed']);
  });

  it.each([
    ['another process', (spec: ResolvedRunSpec) => JSON.stringify(successOf(spec, uuid())), 'report_missing'],
    ['nobody, being cut off', () => '{"schema_version": 1', 'report_invalid'],
    ['no report at all', () => '{"schema_version": 2}', 'report_invalid'],
  ])('does not, when it is of %s', async (_whom, report, code) => {
    const { id, spec } = await started();
    leaves(spec, report(spec));
    await hear(api, aFinish(spec));
    expect(await get(id)).toMatchObject({ state: 'FAILED', reason: { code }, retryable: false, log_tail: 'the tail' });
  });

  it("without one takes the worker's reason, and tries again while it may", async () => {
    const { id, spec } = await started();
    await hear(api, aFinish(spec, killed));
    expect(await get(id)).toMatchObject({ state: 'PROVISIONING', attempt: 2, progress: null });
    await hear(api, aFinish(spec, { ...killed, attempt: 2 }));
    expect(await get(id)).toMatchObject({ state: 'FAILED', attempt: 2, reason: killed.reason, retryable: true });
  });

  it('waits for a store that is away, and holds up nothing of a run that is over', async () => {
    const store = api.app.get<ArtifactStore>(artifactStore);
    const { id, spec, bootId } = await started();
    leaves(spec, JSON.stringify(successOf(spec, bootId)));
    const away = vi.spyOn(store, 'read').mockRejectedValue(new ArtifactStoreUnavailable('refused'));
    try {
      await expect(hear(api, aFinish(spec))).rejects.toBeInstanceOf(ArtifactStoreUnavailable);
      expect(await get(id)).toMatchObject({ state: 'RUNNING', revision: 2 });
      const over = await started();
      await api.asRuntime(over.spec, 'report', successOf(over.spec, over.bootId));
      await hear(api, aFinish(over.spec));
      expect(await get(over.id)).toMatchObject({ state: 'SUCCEEDED', resources: 'held' });
    } finally {
      away.mockRestore();
    }
    await hear(api, aFinish(spec));
    expect(await get(id)).toMatchObject({ state: 'SUCCEEDED' });
  });
});

it('progress figures bump no revision, and are not those of an attempt before', async () => {
  const { id, spec } = await started();
  const { revision } = await get(id);
  await api.asRuntime(spec, 'progress', { progress: { phase: 'training', fraction: 0.5, metrics: { loss: 0.3 } } });
  expect(await get(id)).toMatchObject({ revision, progress: { phase: 'training', fraction: 0.5 } });
  await hear(api, aFinish(spec, killed));
  expect((await get(id)).progress).toBeNull();
  const late = await api.asRuntime(spec, 'progress', { progress: { fraction: 0.9 } });
  expect([late.status, late.body.code]).toEqual([409, 'attempt_superseded']);
  expect((await get(id)).progress).toBeNull();
});

it('the database itself refuses a second end of a run', async () => {
  const { id, spec, bootId } = await started();
  await api.asRuntime(spec, 'report', successOf(spec, bootId));
  const again = `INSERT INTO run_history (run_id, revision, project_id, from_state, state, attempt, caused_by, changed_at)
    VALUES ($1, 99, $2, 'RUNNING', 'FAILED', 1, 'a spec', now())`;
  await expect(api.database.query(again, [id, spec.project_id])).rejects.toThrow('run_history_end');
});
