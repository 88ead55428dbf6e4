import { eventually } from '../../libs/testing/src/index.ts';

export interface DagRun {
  dagId: string;
  runId: string;
}

/** What Airflow says of a task of a DAG's run. */
export interface TaskInstance {
  task_id: string;
  state: string | null;
  try_number: number;
  max_tries: number;
  /** Of a deferred task: who watches over it. */
  triggerer_job: { id: number } | null;
}

const longest = { timeoutMs: 120_000, intervalMs: 250 };

/** Airflow's public REST API, where everybody is its administrator. */
export class AirflowClient {
  readonly url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  async health(): Promise<Record<string, { status: string | null }>> {
    return this.ask('GET', '/monitor/health');
  }

  /** Begins a run of the DAG, once Airflow knows it. */
  async trigger(dagId: string, conf: object = {}): Promise<DagRun> {
    await eventually(() => this.ask('GET', `/dags/${dagId}`), longest);
    const run = await this.ask<{ dag_run_id: string }>('POST', `/dags/${dagId}/dagRuns`, { logical_date: null, conf });
    return { dagId, runId: run.dag_run_id };
  }

  /** Of a DAG, however they came to be. */
  async dagRuns(dagId: string): Promise<DagRun[]> {
    const { dag_runs: runs } = await this.ask<{ dag_runs: { dag_run_id: string }[] }>('GET', `/dags/${dagId}/dagRuns`);
    return runs.map((run) => ({ dagId, runId: run.dag_run_id }));
  }

  async dagRunState(run: DagRun): Promise<string> {
    return (await this.ask<{ state: string }>('GET', pathOf(run))).state;
  }

  async tasks(run: DagRun): Promise<TaskInstance[]> {
    const path = `${pathOf(run)}/taskInstances`;
    return (await this.ask<{ task_instances: TaskInstance[] }>('GET', path)).task_instances;
  }

  async task(run: DagRun, taskId: string): Promise<TaskInstance> {
    return this.ask('GET', `${pathOf(run)}/taskInstances/${taskId}`);
  }

  /** What a task left under a key. */
  async xcom<T>(run: DagRun, taskId: string, key = 'return_value'): Promise<T> {
    const path = `${pathOf(run)}/taskInstances/${taskId}/xcomEntries/${key}?deserialize=true`;
    return (await this.ask<{ value: T }>('GET', path)).value;
  }

  /** What a try of a task has said, its trigger included: a line each. */
  async log(run: DagRun, taskId: string, tryNumber: number): Promise<string> {
    const path = `${pathOf(run)}/taskInstances/${taskId}/logs/${tryNumber}?full_content=true`;
    const { content } = await this.ask<{ content: (string | { timestamp?: string; event: string })[] }>('GET', path);
    return content.map((line) => (typeof line === 'string' ? line : `${line.timestamp} ${line.event}`)).join('\n');
  }

  /** As a person does who marks it in Airflow's pages. */
  async mark(run: DagRun, taskId: string, state: 'failed' | 'success'): Promise<void> {
    await this.ask('PATCH', `${pathOf(run)}/taskInstances/${taskId}`, { new_state: state });
  }

  /** As a person does who wishes it done anew. */
  async clear({ dagId, runId }: DagRun, taskId: string): Promise<void> {
    const of = { dag_run_id: runId, task_ids: [taskId] };
    await this.ask('POST', `/dags/${dagId}/clearTaskInstances`, {
      ...of,
      dry_run: false,
      only_failed: false,
      reset_dag_runs: true,
    });
  }

  /** Throws what Airflow answers, where that is no success. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    this.#token ??= await this.#login();
    const response = await fetch(`${this.url}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 1_000)}`);
    return JSON.parse(text) as T;
  }

  async #login(): Promise<string> {
    const response = await fetch(`${this.url}/auth/token`);
    if (!response.ok) throw new Error(`Airflow gave no token: ${response.status}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }
}

const pathOf = ({ dagId, runId }: DagRun) => `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`;
