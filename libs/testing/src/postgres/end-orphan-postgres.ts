import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from '../process/end-process.ts';

/** Ends a server that a crash left running in `dataDir`, and clears its lock file, which would stop the next one. */
export async function endOrphanPostgres(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const lock = await readFile(lockFile, 'utf8').catch(absent);
  if (lock === undefined) return;
  const pid = Number.parseInt(lock, 10);
  if (await runsIn(pid, await realpath(dataDir))) {
    await endProcess(pid, [
      { signal: 'SIGINT', waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 10_000 },
    ]);
  }
  await rm(lockFile, { force: true });
}

/** PostgreSQL works inside of its data directory: that tells it from a stranger that got its old pid. */
async function runsIn(pid: number, dataDir: string): Promise<boolean> {
  return readlink(`/proc/${pid}/cwd`).then(
    (folder) => folder === dataDir,
    () => false,
  );
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
