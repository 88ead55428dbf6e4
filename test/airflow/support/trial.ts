import { readFile } from 'node:fs/promises';
import type { DagRun, TaskInstance } from '../../../dev/airflow/airflow-client.ts';
import type { Run } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import { allRuns } from '../../e2e/support/run-events.ts';
import type { AirflowPlatform } from './airflow-platform.ts';

type OwnedRun = Run & { owner_ref: { dag_id: string } | null };

const patience = { timeoutMs: 120_000, intervalMs: 250 };

/** A run of one of the DAGs of `dags/faults.py`, and what Griffin has of it. */
export class Trial {
  readonly dagId: string;
  readonly #on: AirflowPlatform;
  readonly #run: DagRun;

  private constructor(on: AirflowPlatform, run: DagRun) {
    this.dagId = run.dagId;
    this.#on = on;
    this.#run = run;
  }

  static async begin(on: AirflowPlatform, dagId: string): Promise<Trial> {
    return new Trial(on, await on.airflow.client.trigger(dagId));
  }

  /** The task, once it is in that state. */
  async becomes(state: string, tryNumber?: number): Promise<TaskInstance> {
    return this.#eventually(async () => {
      const task = await this.task();
      const isThere = task.state === state && (tryNumber === undefined || task.try_number === tryNumber);
      this.#demand(isThere, `the task is ${task.state} in try ${task.try_number}, not ${state} in ${tryNumber}`);
      return task;
    });
  }

  /** The task, once it is deferred, a triggerer watches over it, and its deferral cannot pass for a loss any more. */
  async watched(tryNumber = 1): Promise<TaskInstance> {
    await this.becomes('deferred', tryNumber);
    await this.logged(') starting', tryNumber);
    await this.#knownToScheduler(tryNumber);
    return this.task();
  }

  /** Airflow takes a task for lost, and tries it again, that goes on before the scheduler has seen its worker exit. */
  async #knownToScheduler(tryNumber: number): Promise<void> {
    await this.#eventually(async () => {
      const said = (await readFile(this.#on.airflow.logFile, 'utf8')).split('\n');
      const exited = [
        'Received executor event with state success',
        `dag_id='${this.dagId}'`,
        `try_number=${tryNumber},`,
      ];
      const isKnown = said.some((line) => exited.every((part) => line.includes(part)));
      this.#demand(isKnown, `the scheduler has not seen that the worker of try ${tryNumber} exited`);
    });
  }

  /** Resolves once another triggerer than that of `before` watches over the task. */
  async watchedByAnother(before: TaskInstance): Promise<void> {
    await eventually(async () => {
      const triggerer = (await this.task()).triggerer_job?.id;
      const isAnother = triggerer !== undefined && triggerer !== before.triggerer_job?.id;
      this.#demand(isAnother, `the triggerer is ${triggerer}`);
    }, patience);
  }

  task(): Promise<TaskInstance> {
    return this.#on.airflow.client.task(this.#run, 'score');
  }

  /** Resolves once the log of that try has this text. */
  async logged(text: string, tryNumber: number): Promise<void> {
    await eventually(async () => {
      const log = await this.#on.airflow.client.log(this.#run, 'score', tryNumber);
      this.#demand(log.includes(text), `try ${tryNumber} has not said '${text}'`);
    }, patience);
  }

  /** Throws with the logs of all tries. */
  async #eventually<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await eventually(attempt, patience);
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.#allLogs()}`, { cause: error });
    }
  }

  /** Airflow has none of a try that never began. */
  async #allLogs(): Promise<string> {
    const { try_number: last } = await this.task();
    const tries = Array.from({ length: last }, async (_, index) => {
      const log = this.#on.airflow.client.log(this.#run, 'score', index + 1);
      return `Try ${index + 1}:\n${await log.catch(String)}`;
    });
    return (await Promise.all(tries)).join('\n');
  }

  /** Griffin's runs of the task, the oldest first. */
  async runs(): Promise<Run[]> {
    return (await runsByDag(this.#on))[this.dagId] ?? [];
  }

  /** The task's newest run, once there are so many and it works. */
  async works(count = 1): Promise<Run> {
    return eventually(async () => {
      const runs = await this.runs();
      const newest = runs.at(-1);
      const states = runs.map((run) => run.state).join(', ');
      this.#demand(runs.length === count && newest?.state === 'RUNNING', `the runs are ${states}`);
      return newest as Run;
    }, patience);
  }

  /** Marks the task as failed. */
  fail(): Promise<void> {
    return this.#on.airflow.client.mark(this.#run, 'score', 'failed');
  }

  /** Clears the task. */
  clear(): Promise<void> {
    return this.#on.airflow.client.clear(this.#run, 'score');
  }

  /** Lets its runs do their work. */
  release(): Promise<void> {
    return this.#on.gates.open(this.dagId);
  }

  /**
   * The states of all runs there ever were, the oldest first, once the task and its DAG are in that state and nothing
   * works any more. Airflow is not done with a task before it is with the DAG: cleared in between, it is never tried.
   */
  async end(state: 'success' | 'failed', tries: number): Promise<string[]> {
    await this.becomes(state, tries);
    return this.#eventually(async () => {
      const dag = await this.#on.airflow.client.dagRunState(this.#run);
      this.#demand(dag === state, `the DAG's run is ${dag}, not ${state}`);
      const runs = await this.runs();
      const active = runs.filter((run) => !run.is_terminal).map((run) => `${run.id} ${run.state}`);
      const working = await Promise.all(runs.map((run) => this.#on.scene.working(run.id)));
      const left = [...active, ...working.flat()];
      this.#demand(left.length === 0, `there are ${left.join(', ')}`);
      return runs.map((run) => run.state);
    });
  }

  #demand(isSo: boolean, otherwise: string): void {
    if (!isSo) throw new Error(`${this.dagId}: ${otherwise}`);
  }
}

/** All runs that tasks of Airflow own, by their DAGs, the oldest first. */
export async function runsByDag(on: AirflowPlatform): Promise<Record<string, Run[]>> {
  const runs = (await allRuns(on.scene.api)) as OwnedRun[];
  const byDag: Record<string, Run[]> = {};
  for (const run of runs.toReversed()) if (run.owner_ref) (byDag[run.owner_ref.dag_id] ??= []).push(run);
  return byDag;
}
