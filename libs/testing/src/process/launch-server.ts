import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

export interface LaunchedServer {
  child: ChildProcess;
  pid: number;
  /** Resolves when it has ended, whatever the cause. */
  exited: Promise<void>;
}

export interface LaunchOptions extends Pick<SpawnOptions, 'uid' | 'gid'> {
  /** Appended to, and closed to other accounts. */
  logFile: string;
  /** Added to the environment. */
  env?: Record<string, string> | undefined;
}

/** Starts a server in a session of its own, with its output in a file. Rejects where there is no such program. */
export async function launchServer(command: readonly string[], options: LaunchOptions): Promise<LaunchedServer> {
  const [program = '', ...parameters] = command;
  const { logFile, env, ...account } = options;
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(program, parameters, {
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...env },
      detached: true,
      ...account,
    });
    // Listened for at once: one that refuses its configuration is gone before the next line.
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await once(child, 'spawn');
    return { child, pid: child.pid ?? 0, exited };
  } finally {
    await log.close();
  }
}
