import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { attemptsOf, pruneAttemptFolders } from './attempt-folder.ts';

const day = 24 * 60 * 60;

it('goes when it is a week old and nobody works in it', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'griffin-folders-'));
  const folderOf = (name: string) => join(attemptsOf(stateDir), name);
  for (const [name, days] of Object.entries({ young: 6, old: 8, working: 8 })) {
    await mkdir(folderOf(name), { recursive: true });
    const changedAt = Date.now() / 1_000 - days * day;
    await utimes(folderOf(name), changedAt, changedAt);
  }
  const worker = spawn('sleep', ['60'], { cwd: folderOf('working'), stdio: 'ignore' });
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await rm(stateDir, { recursive: true, force: true });
  });
  await once(worker, 'spawn');
  await pruneAttemptFolders(stateDir);
  expect((await readdir(attemptsOf(stateDir))).toSorted()).toEqual(['working', 'young']);
});
