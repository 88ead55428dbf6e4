import type { AttemptRef } from '../../backend/attempt.ts';
import { installationVariable } from '../local-settings.ts';
import { Patience } from './patience.ts';
import { processesWith, type FoundProcess } from './proc.ts';
import { rootsOf, signalAll } from './signals.ts';

/** The processes of attempts on this machine, found by their environment, whoever started them. */
export class AttemptProcesses {
  readonly #stateDir: string;
  readonly #patience = new Patience();

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  async find({ runId, attempt }: AttemptRef): Promise<FoundProcess[]> {
    return processesWith({
      GRIFFIN_RUN_ID: runId,
      GRIFFIN_ATTEMPT: String(attempt),
      [installationVariable]: this.#stateDir,
    });
  }

  /**
   * Asks the attempt's first processes to end, which leaves the others to them, unless someone else did (`isAsked`);
   * when called again after a grace, kills all that are left.
   */
  async end(attempt: AttemptRef, isAsked = false): Promise<void> {
    const name = `${attempt.runId}-${attempt.attempt}`;
    const processes = await this.find(attempt);
    if (processes.length === 0) return this.#patience.forget(name);
    const next = this.#patience.next(name);
    if (next === 'ask' && !isAsked) signalAll(rootsOf(processes), 'SIGTERM');
    if (next === 'force') signalAll(processes, 'SIGKILL');
  }
}
