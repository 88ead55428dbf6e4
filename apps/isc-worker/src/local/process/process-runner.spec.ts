import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@griffin/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anAttempt, aRunSpec } from '../../backend/attempt.fixtures.ts';
import type { Attempt } from '../../backend/attempt.ts';
import type { Observation } from '../../backend/observation.ts';
import { AttemptProcesses } from './attempt-processes.ts';
import { ProcessRunner } from './process-runner.ts';
import { signalAll } from './signals.ts';

let stateDir: string;
const started: Attempt[] = [];

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'griffin-processes-'));
});
afterEach(async () => {
  const processes = new AttemptProcesses(stateDir);
  for (const attempt of started.splice(0)) signalAll(await processes.find(attempt), 'SIGKILL');
  await rm(stateDir, { recursive: true, force: true });
});

/** A runner whose attempts run this line of shell instead of the runtime. */
function runnerOf(line: string, changed = () => undefined as void) {
  const settings = {
    stateDir,
    python: '',
    command: ['/bin/sh', '-c', line],
    cpus: 2,
    gpus: 0,
    inherited: { PATH: '/usr/bin:/bin' },
  };
  return new ProcessRunner(settings, new AttemptProcesses(stateDir), changed);
}

async function start(runner: ProcessRunner, environment: Record<string, string> = {}): Promise<Attempt> {
  const attempt = anAttempt(aRunSpec());
  started.push(attempt);
  await runner.ensure(attempt, { GRIFFIN_RUN_ID: attempt.runId, GRIFFIN_ATTEMPT: '1', ...environment });
  return attempt;
}

async function untilEnded(runner: ProcessRunner, attempt: Attempt): Promise<Observation> {
  return eventually(async () => {
    const seen = await runner.observe(attempt);
    expect(seen).toMatchObject({ kind: 'ended', left: 'nothing' });
    return seen;
  });
}

it('knows nothing of what was never started', async () => {
  expect(await runnerOf('true').observe(anAttempt())).toEqual({ kind: 'gone' });
});

it.each([
  ['exit 0', { exit: 'succeeded', exitCode: 0 }],
  ['echo boom >&2; exit 3', { exit: 'failed', exitCode: 3, reason: { code: 'runtime_error' }, logTail: 'boom\n' }],
  ['kill -9 $$', { exit: 'failed', exitCode: 137, reason: { code: 'process_killed' } }],
])('tells how `%s` ended', async (line, expected) => {
  const runner = runnerOf(line);
  expect(await untilEnded(runner, await start(runner))).toMatchObject(expected);
});

it('says at once that something changed when the process ends', async () => {
  const changed = await new Promise((resolve) => {
    void start(runnerOf('exit 0', () => resolve(true)));
  });
  expect(changed).toBe(true);
});

it('starts an attempt once, also after its end', async () => {
  const runner = runnerOf('echo started');
  const attempt = await start(runner);
  await runner.ensure(attempt, {});
  await untilEnded(runner, attempt);
  await runner.ensure(attempt, {});
  expect(await untilEnded(runner, attempt)).toMatchObject({ logTail: 'started\n' });
});

it('is adopted by the next worker while it runs, and after its end', async () => {
  const first = runnerOf('while [ ! -e go ]; do sleep 0.05; done; exit 4');
  const attempt = await start(first);
  const next = runnerOf('true');
  const seen = await eventually(async () => {
    const found = await next.observe(attempt);
    expect(found).toMatchObject({ kind: 'alive', phase: 'running' });
    return found;
  });
  const known = { ...attempt, handle: seen.kind === 'alive' ? seen.handle : null };
  expect(await next.observe(known)).toEqual(seen);
  spawn('touch', [join(stateDir, 'attempts', `${attempt.runId}-1`, 'go')]);
  expect(await untilEnded(next, known)).toMatchObject({ exitCode: 4 });
});

it('is process_killed when its wrapper was killed with it', async () => {
  const runner = runnerOf('echo ready; sleep 60');
  const attempt = await start(runner);
  // Killed before its wrapper recorded the start it would be gone, to be begun anew, and not killed.
  await untilReady(attempt);
  // Again and again: a child between its fork and its exec has no environment to be found by.
  const ended = await eventually(async () => {
    signalAll(await new AttemptProcesses(stateDir).find(attempt), 'SIGKILL');
    const seen = await runner.observe(attempt);
    expect(seen).toMatchObject({ kind: 'ended', left: 'nothing' });
    return seen;
  });
  expect(ended).toMatchObject({ exitCode: null, reason: { code: 'process_killed' } });
});

it('still runs when only its wrapper was killed', async () => {
  const runner = runnerOf('echo ready; sleep 60; true');
  const attempt = await start(runner);
  await untilReady(attempt);
  const wrapper = await eventually(async () => {
    const found = await runner.observe(attempt);
    if (found.kind !== 'alive' || !found.handle) throw new Error('not yet');
    return found.handle;
  });
  process.kill(Number(wrapper.pid), 'SIGKILL');
  await eventually(async () => {
    const found = await runner.observe({ ...attempt, handle: wrapper });
    expect(found.kind === 'alive' && found.handle?.pid !== wrapper.pid).toBe(true);
  });
});

it('ends when asked, with time to say goodbye', async () => {
  const runner = runnerOf(`trap 'echo goodbye; exit 143' TERM; echo ready; while :; do sleep 0.05; done`);
  const attempt = await start(runner);
  await untilReady(attempt);
  await runner.remove(attempt);
  expect(await untilEnded(runner, attempt)).toMatchObject({ exitCode: 143, logTail: 'ready\ngoodbye\n' });
});

it('ends by force when it does not listen, with all that it started', async () => {
  const runner = runnerOf(`trap '' TERM; (trap '' TERM; sleep 60) & echo ready; while :; do sleep 0.05; done`);
  const attempt = await start(runner);
  await untilReady(attempt);
  await eventually(
    async () => {
      await runner.remove(attempt);
      expect(await new AttemptProcesses(stateDir).find(attempt)).toEqual([]);
      // A child between its fork and its exec is not found, and may be seen only now.
      expect(await runner.observe(attempt)).toMatchObject({ kind: 'ended', reason: { code: 'process_killed' } });
    },
    { timeoutMs: 15_000, intervalMs: 250 },
  );
}, 20_000);

it('gives untrusted words to no shell', async () => {
  const runner = runnerOf('printf %s "$NAME"');
  const attempt = await start(runner, { NAME: '$(touch owned); `id`; "\'' });
  expect(await untilEnded(runner, attempt)).toMatchObject({ logTail: '$(touch owned); `id`; "\'' });
});

async function untilReady(attempt: Attempt): Promise<void> {
  const log = join(stateDir, 'attempts', `${attempt.runId}-1`, 'output.log');
  await eventually(async () => expect(await readFile(log, 'utf8')).toContain('ready'));
}
