import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { GriffinClient } from '../demo/client.ts';
import { startStack, type Stack, type StackOptions } from '../stack/start-stack.ts';

/** A whole platform as `make up` starts it, with a state folder of its own. */
export interface BenchPlatform {
  stack: Stack;
  api: GriffinClient;
  headers: Record<string, string>;
  /** May do everything in its database. */
  admin: pg.Client;
  projectId: string;
  end(): Promise<void>;
}

/** Ends at once, without a report: an attempt of it costs next to nothing. */
const noRuntime = '/bin/true';

/** Nothing is published again while the bench runs: a reminder of thousands of runs is no part of what is measured. */
const env = { GRIFFIN_REPUBLISH_AFTER_SECONDS: '86400', GRIFFIN_RUNTIMES_PYTHON: noRuntime };

export async function startPlatform(options: StackOptions): Promise<BenchPlatform> {
  const stateDir = await mkdtemp(join(tmpdir(), 'griffin-bench-'));
  const stack = await startStack({ ...options, stateDir, env, onProgress: console.error });
  const admin = new pg.Client({ connectionString: stack.databaseAdminUrl });
  const end = async () => {
    await admin.end();
    await stack.stop();
    await rm(stateDir, { recursive: true });
  };
  try {
    await stack.kill('mlflow');
    await admin.connect();
    const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
    const { rows } = await admin.query<{ id: string }>(`SELECT id FROM api.project WHERE name = 'default'`);
    return { stack, api: new GriffinClient(stack.apiUrl, stack.token), headers, admin, projectId: rows[0]!.id, end };
  } catch (error) {
    await end();
    throw error;
  }
}

export interface BenchProject {
  id: string;
  api: GriffinClient;
}

/** A project that holds nothing yet, with a token of its own. */
export async function newProject({ admin, stack }: BenchPlatform): Promise<BenchProject> {
  const [id, token] = [randomUUID(), `grf_${randomBytes(32).toString('base64url')}`];
  const hash = createHash('sha256').update(token).digest('hex');
  await admin.query(`INSERT INTO api.project (id, name) VALUES ($1, $2)`, [id, `bench-${id}`]);
  await admin.query(`INSERT INTO api.access_token (id, project_id, name, hash) VALUES ($1, $2, 'bench', $3)`, [
    randomUUID(),
    id,
    hash,
  ]);
  return { id, api: new GriffinClient(stack.apiUrl, token) };
}
