import { UnavailableError } from '@griffin/platform';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';

export interface MetricPoint {
  key: string;
  step: number;
  /** When it was logged, RFC 3339. */
  timestamp: string;
  /** Null where it was not a finite number. */
  value: number | null;
}

const timeoutMs = 5_000;

/** MLflow's JSON has its 64-bit integers as numbers or as text, by version. */
const Integer = Type.Union([Type.Integer(), Type.String({ pattern: '^-?\\d+$' })]);
const MetricValue = Type.Union([Type.Number(), Type.Enum(['NaN', 'Infinity', '-Infinity'])]);
const Metric = Type.Object({
  key: Type.String(),
  value: MetricValue,
  timestamp: Integer,
  step: Type.Optional(Integer),
});
const History = Type.Object({
  metrics: Type.Optional(Type.Array(Metric)),
  next_page_token: Type.Optional(Type.String()),
});
const RunAnswer = Type.Object({
  run: Type.Object({ data: Type.Object({ metrics: Type.Optional(Type.Array(Metric)) }) }),
});

/** Reads metrics from MLflow's REST API. Every method throws `mlflow_unavailable` when it does not answer soundly. */
export class MlflowClient {
  readonly #url: string | null;

  /** Null: the installation has no MLflow. */
  constructor(url: string | null) {
    this.#url = url;
  }

  async lastValues(runId: string): Promise<MetricPoint[]> {
    const { run } = await this.#get(RunAnswer, 'runs/get', { run_id: runId });
    return (run.data.metrics ?? []).map(asPoint);
  }

  /** In the order in which they were logged. */
  async history(runId: string, key: string, limit: number, token?: string) {
    const page = { run_id: runId, metric_key: key, max_results: String(limit), ...(token && { page_token: token }) };
    const { metrics = [], next_page_token: next } = await this.#get(History, 'metrics/get-history', page);
    return { points: metrics.map(asPoint), nextToken: next === '' ? undefined : next };
  }

  async #get<S extends TSchema>(schema: S, path: string, parameters: Record<string, string>): Promise<Static<S>> {
    if (this.#url === null) throw unavailable('This installation has no MLflow.');
    const url = `${this.#url}/api/2.0/mlflow/${path}?${new URLSearchParams(parameters).toString()}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
      throw unavailable('MLflow does not answer.', cause);
    });
    const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    if (!Value.Check(schema, body)) throw unavailable(`MLflow answered ${answer.status} to ${path}.`);
    return body;
  }
}

function unavailable(message: string, cause?: unknown): UnavailableError {
  return new UnavailableError('mlflow_unavailable', message, { retryAfterSeconds: 5, cause });
}

function asPoint({ key, value, timestamp, step = 0 }: Static<typeof Metric>): MetricPoint {
  return {
    key,
    value: typeof value === 'number' ? value : null,
    step: Number(step),
    timestamp: new Date(Number(timestamp)).toISOString(),
  };
}
