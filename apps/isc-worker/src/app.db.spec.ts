import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventEnvelope, EventType, ResolvedRunSpec } from '@griffin/contracts';
import { connectBus } from '@griffin/messaging';
import { createService, readEnvironment } from '@griffin/platform';
import { eventually, freshDatabase } from '@griffin/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { aRunSpec } from './backend/attempt.fixtures.ts';
import { Environment } from './environment.ts';
import { installationVariable } from './local/local-settings.ts';
import { processesWith } from './local/process/proc.ts';
import { signalAll } from './local/process/signals.ts';

type Event = EventEnvelope<Record<string, unknown>>;

/** In the place of Python: does what the run's own variables say. */
const runtime = `#!/bin/sh
trap 'echo goodbye; exit 143' TERM
echo "started by $GRIFFIN_API_URL"
while [ ! -e "$GO" ]; do sleep 0.05; done
exit "\${CODE:-0}"
`;

let folder: string;
let databaseUrl: string;
let bus: pg.Client;
let worker: NestFastifyApplication;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-worker-'));
  await writeFile(join(folder, 'python'), runtime);
  await chmod(join(folder, 'python'), 0o700);
  const { adminUrl, urls } = await freshDatabase();
  databaseUrl = urls.isc;
  bus = new pg.Client({ connectionString: adminUrl });
  await bus.connect();
  worker = await aWorker();
});
afterAll(async () => {
  await worker.close();
  await bus.end();
  signalAll(await processesWith({ [installationVariable]: folder }), 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function aWorker(): Promise<NestFastifyApplication> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const environment = readEnvironment(Environment, {
    GRIFFIN_DATABASE_URL: databaseUrl,
    GRIFFIN_PORT: '0',
    GRIFFIN_ARTIFACT_ROOT: `file://${folder}/artifacts`,
    GRIFFIN_API_URL: 'http://127.0.0.1:3000',
    GRIFFIN_RUN_TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    GRIFFIN_STATE_DIR: folder,
    GRIFFIN_RUNTIMES_PYTHON: join(folder, 'python'),
  });
  const app = await createService(AppModule.forEnvironment(environment), { name: 'isc-worker', logLevel: 'silent' });
  connectBus(app);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}

async function publish(type: EventType, spec: ResolvedRunSpec, data: object): Promise<void> {
  const envelope = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/griffin/spec/api',
    type,
    subject: spec.run_id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    projectid: spec.project_id,
    revision: 1,
    causedby: 'a spec',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { run_id: spec.run_id, attempt: 1, requested_at: new Date().toISOString(), ...data },
  };
  const insert = 'INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)';
  await bus.query(insert, [type, spec.run_id, JSON.stringify(envelope)]);
}

async function published(spec: ResolvedRunSpec): Promise<Event[]> {
  const select = `SELECT envelope FROM bus.event WHERE key = $1 AND topic NOT LIKE 'workflow.%' ORDER BY seq`;
  const { rows } = await bus.query<{ envelope: string }>(select, [spec.run_id]);
  return rows.map(({ envelope }) => JSON.parse(envelope) as Event);
}

async function untilTold(spec: ResolvedRunSpec, type: string, data: object): Promise<Event[]> {
  return eventually(async () => {
    const events = await published(spec);
    expect(events).toContainEqual(expect.objectContaining({ type, data: expect.objectContaining(data) as unknown }));
    return events;
  });
}

it('runs what api asks for and tells what becomes of it, in the trace of the request', async () => {
  const go = join(folder, 'go-1');
  const spec = aRunSpec({ env: { GO: go, CODE: '3' } });
  await publish('workflow.requested', spec, { spec });
  await untilTold(spec, 'attempt.progressed', { phase: 'running' });
  await writeFile(go, '');
  const events = await untilTold(spec, 'attempt.released', {});
  expect(events.map(({ type, data }) => [type, data.phase ?? data.exit ?? data.backend])).toEqual([
    ['cluster.ready', 'local'],
    ['attempt.progressed', 'running'],
    ['attempt.finished', 'failed'],
    ['attempt.released', undefined],
  ]);
  expect(events.at(-2)?.data).toMatchObject({
    exit_code: 3,
    reason: { code: 'runtime_error' },
    log_tail: 'started by http://127.0.0.1:3000\n',
  });
  for (const { traceparent } of events) expect(traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
});

it('says that it has no secrets where a definition wants some, and does not try again', async () => {
  const spec = aRunSpec({ secrets: [{ env: 'HF_TOKEN', secret: 'huggingface', key: 'token' }] });
  await publish('workflow.requested', spec, { spec });
  const message = expect.stringContaining('huggingface/token') as string;
  await untilTold(spec, 'attempt.finished', {
    exit: 'failed',
    reason: { code: 'secret_unavailable', message },
    retryable: false,
  });
  expect(await processesWith({ GRIFFIN_RUN_ID: spec.run_id })).toEqual([]);
});

it('ends what api wants ended', async () => {
  const spec = aRunSpec({ env: { GO: join(folder, 'never') } });
  await publish('workflow.requested', spec, { spec });
  await untilTold(spec, 'attempt.progressed', { phase: 'running' });
  const reason = { code: 'terminated', message: 'Someone asked for it.' };
  await publish('workflow.termination-requested', spec, { reason });
  await untilTold(spec, 'attempt.finished', { exit: 'stopped', reason });
  expect(await processesWith({ GRIFFIN_RUN_ID: spec.run_id })).toEqual([]);
});

it('refuses an image of the user, which a process cannot be', async () => {
  const spec = aRunSpec({ kind: 'custom' });
  await publish('workflow.requested', spec, { spec });
  const reason = expect.objectContaining({ code: 'image_unsupported' }) as object;
  const events = await untilTold(spec, 'attempt.finished', { exit: 'failed', retryable: false, reason });
  expect(JSON.stringify(events)).toContain('GRIFFIN_BACKEND=kubernetes');
});

it('leaves what runs alone when it stops, and the next one takes it over', async () => {
  const go = join(folder, 'go-3');
  const spec = aRunSpec({ env: { GO: go } });
  await publish('workflow.requested', spec, { spec });
  await untilTold(spec, 'attempt.progressed', { phase: 'running' });
  await worker.close();
  expect(await processesWith({ GRIFFIN_RUN_ID: spec.run_id })).not.toEqual([]);
  worker = await aWorker();
  await writeFile(go, '');
  const events = await untilTold(spec, 'attempt.finished', { exit: 'succeeded' });
  expect(events.filter(({ type }) => type === 'attempt.finished')).toHaveLength(1);
});

it('can be asked for its health and its metrics, and for nothing else', async () => {
  const server = request(worker.getHttpServer());
  await server.get('/health/live').expect(200);
  await server.get('/health/ready').expect(200, { status: 'ok', checks: { database: 'ok' } });
  const metrics = await server.get('/metrics').expect(200);
  expect(metrics.text).toContain('griffin_attempts_finished_total{exit="succeeded"} 1');
  await server.get('/').expect(404);
});
