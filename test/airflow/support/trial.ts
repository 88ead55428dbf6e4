import { expect } from 'vitest';
import type { DagRun, TaskInstance } from '../../../dev/airflow/airflow-client.ts';
import type { Run } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import { allRuns } from '../../e2e/support/run-events.ts';
import type { AirflowPlatform } from './airflow-platform.ts';

type OwnedRun = Run & { owner_ref: { dag_id: string } | null };

/** How a trial has to end. */
export interface End {
  task: 'success' | 'failed';
  /** How often Airflow tried. */
  tries: number;
  /** Of all runs that there ever were, the oldest first. */
  runs: string[];
}

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
    return eventually(async () => {
      const task = await this.task();
      const wanted = { state, try_number: tryNumber ?? task.try_number };
      expect({ state: task.state, try_number: task.try_number }, this.dagId).toEqual(wanted);
      return task;
    }, patience);
  }

  /** The task, once it is deferred and a triggerer watches over it. */
  async watched(tryNumber = 1): Promise<TaskInstance> {
    await this.becomes('deferred', tryNumber);
    await this.logged('trigger', tryNumber);
    return this.task();
  }

  /** Resolves once another triggerer than that of `before` watches over the task. */
  async watchedByAnother(before: TaskInstance): Promise<void> {
    await eventually(async () => {
      const triggerer = (await this.task()).triggerer_job?.id;
      expect(triggerer, this.dagId).toEqual(expect.any(Number));
      expect(triggerer, this.dagId).not.toBe(before.triggerer_job?.id);
    }, patience);
  }

  task(): Promise<TaskInstance> {
    return this.#on.airflow.client.task(this.#run, 'score');
  }

  /** Resolves once the log of that try has this text. */
  async logged(text: string, tryNumber: number): Promise<void> {
    await eventually(async () => {
      const log = await this.#on.airflow.client.log(this.#run, 'score', tryNumber);
      expect(log, `${this.dagId}, try ${tryNumber}`).toContain(text);
    }, patience);
  }

  /** Griffin's runs of the task, the oldest first. */
  async runs(): Promise<Run[]> {
    return (await runsByDag(this.#on))[this.dagId] ?? [];
  }

  /** The task's newest run, once there are so many and it works. */
  async works(count = 1): Promise<Run> {
    return eventually(async () => {
      const runs = await this.runs();
      expect(runs, this.dagId).toHaveLength(count);
      expect(runs.at(-1)?.state, this.dagId).toBe('RUNNING');
      return runs.at(-1) as Run;
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

  /** Waits for the end, which has to be that one, with nothing left that works. */
  async ends(end: End): Promise<void> {
    await this.becomes(end.task, end.tries);
    await eventually(async () => {
      const runs = await this.runs();
      expect(
        runs.map((run) => run.state),
        this.dagId,
      ).toEqual(end.runs);
      const working = await Promise.all(runs.map((run) => this.#on.scene.working(run.id)));
      expect(working.flat(), this.dagId).toEqual([]);
    }, patience);
  }
}

/** All runs that tasks of Airflow own, by their DAGs, the oldest first. */
export async function runsByDag(on: AirflowPlatform): Promise<Record<string, Run[]>> {
  const runs = (await allRuns(on.scene.api)) as OwnedRun[];
  const owned = runs.toReversed().filter((run) => run.owner_ref !== null);
  return Object.fromEntries(Map.groupBy(owned, (run) => run.owner_ref?.dag_id ?? ''));
}
