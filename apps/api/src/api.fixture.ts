import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatasetOutput, FinalReport, ResolvedRunSpec } from '@griffin/contracts';
import { createService, hashToken, newToken, readEnvironment, signRunToken } from '@griffin/platform';
import { freshDatabase, type FreshDatabase } from '@griffin/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import request, { type Response, type Test } from 'supertest';
import { v7 as uuid } from 'uuid';
import { AppModule } from './app.module.ts';
import { Environment } from './environment.ts';
import { serveOpenApi } from './openapi.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const publicPem = { type: 'spki', format: 'pem' } as const;

/** The whole of api on a database and an artifact folder of its own. Nothing consumes: no worker, no bus. */
export class TestApi {
  readonly app: NestFastifyApplication;
  readonly database: pg.Client;
  readonly server: FreshDatabase;
  readonly artifacts: string;
  readonly #token: string;
  readonly #runTokenKey: string;

  private constructor(given: Pick<TestApi, 'app' | 'database' | 'server' | 'artifacts'>, token: string, key: string) {
    this.app = given.app;
    this.database = given.database;
    this.server = given.server;
    this.artifacts = given.artifacts;
    this.#token = token;
    this.#runTokenKey = key;
  }

  /** `variables` are added to its environment. */
  static async start(variables: Record<string, string> = {}): Promise<TestApi> {
    const server = await freshDatabase();
    const { urls } = server;
    const runToken = generateKeyPairSync('ed25519');
    const token = newToken();
    const artifacts = mkdtempSync(join(tmpdir(), 'griffin-artifacts-'));
    const environment = readEnvironment(Environment, {
      GRIFFIN_DATABASE_URL: urls.api,
      GRIFFIN_PORT: '0',
      GRIFFIN_ARTIFACT_ROOT: `file://${artifacts}`,
      GRIFFIN_RUNTIMES_CATALOGUE: resolve(import.meta.dirname, '../../../python/griffin-runtimes/catalogue.json'),
      GRIFFIN_LINEAGE_URL: 'http://127.0.0.1:9',
      GRIFFIN_RUN_TOKEN_PUBLIC_KEY: runToken.publicKey.export(publicPem) as string,
      GRIFFIN_PRINCIPAL_PRIVATE_KEY: generateKeyPairSync('ed25519').privateKey.export(pem) as string,
      GRIFFIN_BOOTSTRAP_TOKEN: token,
      ...variables,
    });
    const app = await createService(AppModule.forEnvironment(environment), { name: 'api', logLevel: 'silent' });
    serveOpenApi(app);
    await app.listen(0, '127.0.0.1');
    const database = new pg.Client({ connectionString: urls.api });
    await database.connect();
    return new TestApi({ app, database, server, artifacts }, token, runToken.privateKey.export(pem) as string);
  }

  async stop(): Promise<void> {
    await this.database.end();
    await this.app.close();
    rmSync(this.artifacts, { recursive: true, force: true });
  }

  /** A request with the token of the project `default`, or with another token. */
  call(method: 'get' | 'post' | 'put' | 'delete', path: string, token = this.#token): Test {
    return request(this.app.getHttpServer())[method](path).set('authorization', `Bearer ${token}`);
  }

  /** A request without any token. */
  anonymous(method: 'get' | 'post' | 'put' | 'delete', path: string): Test {
    return request(this.app.getHttpServer())[method](path);
  }

  /** The token of another project. */
  async anotherProject(): Promise<string> {
    const [projectId, token] = [uuid(), newToken()];
    await this.database.query('INSERT INTO project (id, name) VALUES ($1, $2)', [projectId, projectId]);
    await this.database.query('INSERT INTO access_token (id, project_id, name, hash) VALUES ($1, $2, $3, $4)', [
      uuid(),
      projectId,
      'other',
      hashToken(token),
    ]);
    return token;
  }

  async runToken(spec: ResolvedRunSpec, attempt = 1, projectId = spec.project_id): Promise<string> {
    const claims = { runId: spec.run_id, projectId, attempt, expiresInSeconds: 60 };
    return signRunToken(this.#runTokenKey, claims);
  }

  /** A request as the runtime of an attempt makes it. */
  async asRuntime(
    spec: ResolvedRunSpec,
    route: 'start' | 'progress' | 'report',
    body: object,
    attempt = 1,
  ): Promise<Response> {
    const token = await this.runToken(spec, attempt);
    return this.call('post', `/api/workflows/${spec.run_id}/attempts/${attempt}/${route}`, token).send(body);
  }

  /** How many rows each table has that a request may write to. */
  async rows(): Promise<Record<string, number>> {
    const tables = ['architecture_version', 'feature_view_version', 'dataset_version', 'workflow_definition'];
    const counts = [...tables, 'workflow_definition_version', 'run', 'idempotency_key', 'alias_move', 'outbox'];
    const columns = counts.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`);
    const { rows } = await this.database.query(`SELECT ${columns.join(', ')}`);
    return rows[0] as Record<string, number>;
  }

  /** What was published about a subject, in order. */
  async published(subject: string): Promise<string[]> {
    const { rows } = await this.database.query('SELECT type FROM outbox WHERE subject = $1 ORDER BY id', [subject]);
    return rows.map(({ type }) => type as string);
  }

  /** `trips@1` of the project `default`, READY, as if it had been generated. */
  async addDataset(): Promise<void> {
    const output: DatasetOutput = {
      type: 'dataset',
      uri: 'file:///trips',
      files: [{ path: 'train.parquet', size: 5, sha256: 'a'.repeat(64) }],
      schema: [{ name: 'late', type: 'BIGINT' }],
      row_count: 2,
      statistics: {},
      splits: { train: { uri: 'file:///trips/train.parquet', row_count: 2 } },
      label: 'late',
      feature_columns: [],
      fingerprint: 'f'.repeat(64),
      source_fingerprints: {},
    };
    const [datasetId, versionId] = [uuid(), uuid()];
    await this.database.query(
      `INSERT INTO training_dataset (id, project_id, name) SELECT $1, id, 'trips' FROM project WHERE name = 'default'
       ON CONFLICT DO NOTHING`,
      [datasetId],
    );
    await this.database.query(
      `INSERT INTO dataset_version (id, project_id, dataset_id, version, state, features, description, output)
       SELECT $1, project_id, id, 1, 'READY', '[]', '', $3 FROM training_dataset WHERE id = $2`,
      [versionId, datasetId, JSON.stringify(output)],
    );
  }

  /** A definition whose runs can be submitted: enough for everything that does not truly train. */
  async defineTraining(name = 'train'): Promise<void> {
    await this.addDataset();
    const body = {
      name,
      stage: 'prototype',
      kind: 'train',
      runtime: 'xgboost',
      inputs: { dataset: 'trips' },
      outputs: { model: { name: 'delays' } },
      limits: { max_attempts: 2, run_timeout_seconds: 600 },
    };
    await this.call('post', '/api/workflow-definitions').send(body).expect(201);
  }

  /** Submits a run of `train` and gives its spec. */
  async submit(more: object = {}): Promise<{ id: string; spec: ResolvedRunSpec }> {
    const answer = await this.call('post', '/api/workflows').send({ definition: 'train', ...more });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return { id: answer.body.id, spec: answer.body.spec };
  }
}

/** A report of success with one model. */
export function successOf(spec: ResolvedRunSpec, bootId: string, attempt = 1): FinalReport {
  return {
    schema_version: 1,
    run_id: spec.run_id,
    attempt,
    boot_id: bootId,
    outcome: 'succeeded',
    reason: null,
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:01:00.000Z',
    metrics: { test_auc: 0.7 },
    links: {},
    outputs: [
      {
        type: 'model',
        uri: `${spec.artifact_root}/attempts/${attempt}/model`,
        files: [{ path: 'model.ubj', size: 5, sha256: 'a'.repeat(64) }],
        framework: 'xgboost',
        signature: { inputs: [], outputs: [] },
      },
    ],
    log_tail: null,
  };
}
