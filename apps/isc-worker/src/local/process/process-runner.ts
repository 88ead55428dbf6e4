import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt, AttemptRef, Handle } from '../../backend/attempt.ts';
import { noDashboard, type Left, type Observation } from '../../backend/observation.ts';
import { exitOf, exitUnknown } from '../../backend/exit-status.ts';
import { installationVariable, type LocalSettings } from '../local-settings.ts';
import { tailOf } from '../log-tail.ts';
import { AttemptFolder } from './attempt-folder.ts';
import type { AttemptProcesses } from './attempt-processes.ts';
import { isAlive, type FoundProcess } from './proc.ts';
import { recordingExit } from './record-exit.ts';
import { rootsOf } from './signals.ts';

const seenWithinMs = 2_000;

/**
 * Runs attempts that need no Ray: one process tree each, in a session of its own, so that it goes on when the worker
 * dies. How it ended is what its wrapper recorded.
 */
export class ProcessRunner {
  readonly #settings: LocalSettings;
  readonly #changed: (attempt: AttemptRef) => void;
  readonly #processes: AttemptProcesses;

  constructor(settings: LocalSettings, processes: AttemptProcesses, changed: (attempt: AttemptRef) => void) {
    this.#settings = settings;
    this.#processes = processes;
    this.#changed = changed;
  }

  async ensure(attempt: Attempt, environment: Record<string, string>): Promise<void> {
    const folder = this.#folder(attempt);
    if ((await folder.hasStarted()) || (await this.#processes.find(attempt)).length > 0) return;
    await folder.create();
    const log = await open(folder.log, 'a', 0o600);
    try {
      const [program, parameters] = recordingExit(folder.path, this.#settings.command);
      const child = spawn(program, parameters, {
        cwd: folder.path,
        env: { ...this.#settings.inherited, ...environment, [installationVariable]: this.#settings.stateDir },
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
      });
      child.once('exit', () => this.#changed(attempt));
      child.unref();
      await once(child, 'spawn');
      await this.#untilSeen(attempt);
    } finally {
      await log.close();
    }
  }

  /** A process has no environment to be found by until its exec is through; another `ensure` must not come before that. */
  async #untilSeen(attempt: AttemptRef): Promise<void> {
    const deadline = Date.now() + seenWithinMs;
    while (Date.now() < deadline) {
      if ((await this.#folder(attempt).hasStarted()) || (await this.#processes.find(attempt)).length > 0) return;
      await delay(5);
    }
  }

  async observe(attempt: Attempt): Promise<Observation> {
    if (attempt.handle && (await isAlive(toProcessId(attempt.handle)))) return running(attempt.handle);
    const [root, ...others] = rootsOf(await this.#processes.find(attempt));
    // Read after the look at the processes: what ends in between has recorded its exit by now.
    const status = await this.#folder(attempt).exitStatus();
    if (status !== null) return this.#ended(attempt, exitOf(status), root ? 'work' : 'nothing');
    if (root) return running(toHandle([root, ...others]));
    if (!(await this.#folder(attempt).hasStarted())) return { kind: 'gone' };
    return this.#ended(attempt, exitUnknown('The runtime was killed, and nothing recorded its exit.'), 'nothing');
  }

  async remove(attempt: Attempt): Promise<void> {
    await this.#processes.end(attempt);
  }

  async #ended(attempt: Attempt, exit: ReturnType<typeof exitOf>, left: Left): Promise<Observation> {
    return { kind: 'ended', ...exit, logTail: await tailOf(this.#folder(attempt).log), left };
  }

  #folder(attempt: AttemptRef): AttemptFolder {
    return new AttemptFolder(this.#settings.stateDir, attempt);
  }
}

function running(handle: Handle): Observation {
  return { kind: 'alive', phase: 'running', reason: null, handle, cluster: noDashboard };
}

/** The first to have started is the wrapper, if that still lives. */
function toHandle(processes: FoundProcess[]): Handle {
  const [first] = processes.toSorted((one, other) => one.startTime - other.startTime);
  return { pid: first?.pid ?? 0, start_time: first?.startTime ?? 0 };
}

function toProcessId(handle: Handle) {
  return { pid: Number(handle.pid), startTime: Number(handle.start_time) };
}
