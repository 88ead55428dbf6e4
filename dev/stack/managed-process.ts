import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess } from '../../libs/testing/src/index.ts';

export interface ProcessDefinition {
  name: string;
  command: string[];
  env: Record<string, string>;
  logFile: string;
  /** Answers 200 once the process can do its work. */
  readyUrl: string;
  cwd?: string;
}

const backoffMs = { first: 200, longest: 5_000 };
/** A process that ran this long has recovered: its next restart is quick again. */
const soundAfterMs = 10_000;

/** A process that is started again whenever it dies, until it is stopped. Its output goes to a file. */
export class ManagedProcess {
  readonly definition: ProcessDefinition;
  #child: ChildProcess | undefined;
  #wanted = false;
  #backoffMs = backoffMs.first;
  #onRestart: (name: string, exit: string) => void;

  constructor(definition: ProcessDefinition, onRestart: (name: string, exit: string) => void = () => {}) {
    this.definition = definition;
    this.#onRestart = onRestart;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#launch();
  }

  /** Resolves once the process answers that it is ready; throws at the deadline, naming the log. */
  async ready(timeoutMs: number): Promise<void> {
    const { name, readyUrl, logFile } = this.definition;
    const deadline = Date.now() + timeoutMs;
    while (!(await answersOk(readyUrl))) {
      if (Date.now() > deadline) throw new Error(`${name} was not ready within ${timeoutMs / 1000} s. See ${logFile}`);
      await delay(50);
    }
  }

  /** Asks it to end and waits; forces it when it does not. It stays down until the next `start`. */
  async stop(): Promise<void> {
    this.#wanted = false;
    if (this.pid !== undefined) await endProcess(this.pid);
  }

  /** Sends `signal` and resolves when the process is gone. It stays down until the next `start`. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  #launch(): void {
    const { command, env, logFile, cwd } = this.definition;
    const [program = '', ...parameters] = command;
    const log = openSync(logFile, 'a', 0o600);
    const startedAt = Date.now();
    const child = spawn(program, parameters, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    const ended = (exit: string) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (this.#wanted) void this.#relaunch(exit, Date.now() - startedAt);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  }

  async #relaunch(exit: string, ranMs: number): Promise<void> {
    this.#onRestart(this.definition.name, exit);
    if (ranMs > soundAfterMs) this.#backoffMs = backoffMs.first;
    await delay(this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMs.longest);
    if (this.#wanted && !this.#child) this.#launch();
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
