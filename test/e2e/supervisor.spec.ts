import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually, freePort, isAlive } from '@griffin/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installationMark, processesWith } from '../../dev/stack/marked-processes.ts';

const script = join(import.meta.dirname, '../../dev/up.ts');
let stateDir: string;
let port: number;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
  port = await freePort();
});
afterEach(() => rm(stateDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

/** `make up` without the installation. */
function up(): ChildProcess {
  const env = { ...process.env, GRIFFIN_PORT: String(port) };
  return spawn(process.execPath, [script, '--state-dir', stateDir], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function serving(): Promise<void> {
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).ok).toBe(true), {
    timeoutMs: 60_000,
    intervalMs: 100,
  });
}

async function nothingLeft(): Promise<void> {
  const left = () => expect(processesWith({ [installationMark]: stateDir })).toEqual([]);
  await eventually(left, { timeoutMs: 30_000, intervalMs: 100 });
  const lock = join(stateDir, 'postgres/data/postmaster.pid');
  await eventually(() => expect(existsSync(lock)).toBe(false), { timeoutMs: 30_000 });
}

describe('make up', () => {
  it('serves until it is asked to end, refuses a second one meanwhile, and leaves nothing running', async () => {
    const first = up();
    await serving();
    const documentation = await fetch(`http://127.0.0.1:${port}/api/docs`);
    expect(documentation.status).toBe(200);
    port = await freePort();
    const second = up();
    const [[code], said] = await Promise.all([once(second, 'exit'), text(second.stderr as never)]);
    expect([code, said]).toEqual([1, expect.stringContaining('already runs on this state folder')]);
    first.kill('SIGINT');
    expect((await once(first, 'exit'))[0]).toBe(0);
    await nothingLeft();
  });

  it('killed in mid-work leaves nothing running either', async () => {
    const supervisor = up();
    await serving();
    const pids = processesWith({ [installationMark]: stateDir });
    expect(pids.length).toBeGreaterThanOrEqual(4);
    supervisor.kill('SIGKILL');
    await nothingLeft();
    // A process that is being torn down has lost its environment already.
    await eventually(() => expect(pids.filter((pid) => isAlive(pid))).toEqual([]));
  });

  it('says which port is taken and what to do, before it starts anything', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const supervisor = up();
    const [[code], said] = await Promise.all([once(supervisor, 'exit'), text(supervisor.stderr as never)]);
    squatter.close();
    expect([code, said]).toEqual([1, expect.stringMatching(/Port \d+ is taken.*GRIFFIN_PORT/)]);
    expect(processesWith({ [installationMark]: stateDir })).toEqual([]);
  });
});
