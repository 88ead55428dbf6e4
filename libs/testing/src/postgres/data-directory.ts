import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';

const run = promisify(execFile);

/** Makes a cluster in `dataDir` with `password` for its superuser, unless one is there. A half-made one is made anew. */
export async function ensureCluster(
  dataDir: string,
  password: string,
  { initdb }: PostgresBinaries,
  account: Account,
  throwaway: boolean,
): Promise<void> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return ensureOwner(dataDir, account);
  const unfinished = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    await giveTo(account, unfinished, passwordFile);
    const [program = '', ...parameters] = [...account.prefix, initdb, ...initdbOptions(unfinished, passwordFile)];
    if (throwaway) parameters.push('--no-sync');
    await run(program, parameters, account.user);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, dataDir);
}

function initdbOptions(dataDir: string, passwordFile: string): string[] {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return [`--pgdata=${dataDir}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale];
}

async function ensureOwner(dataDir: string, account: Account): Promise<void> {
  const owner = account.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if ((await stat(dataDir)).uid === owner.uid) return;
  await run('chown', ['-R', `${owner.uid}:${owner.gid}`, dataDir]);
}

async function giveTo(account: Account, ...paths: string[]): Promise<void> {
  const { user } = account;
  if (user) await Promise.all(paths.map((path) => chown(path, user.uid, user.gid)));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
