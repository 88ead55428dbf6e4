import { Inject, Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '@griffin/platform';
import Type from 'typebox';
import { RunQueries } from '../run-queries.service.ts';
import { MlflowClient, type MetricPoint } from './mlflow-client.ts';

export interface MetricQuery {
  /** The last value of every metric without it. */
  key?: string;
  attempt?: number;
  cursor?: string;
  limit: number;
}

export interface MetricPage {
  items: MetricPoint[];
  next_cursor: string | null;
}

const Position = Type.Object({ token: Type.String() });
const nothing: MetricPage = { items: [], next_cursor: null };

/** The history of a run's metrics, which MLflow keeps. The final ones are in the run itself. */
@Injectable()
export class RunMetrics {
  constructor(
    private readonly queries: RunQueries,
    @Inject(MlflowClient) private readonly mlflow: MlflowClient,
  ) {}

  /** Empty for an attempt that has no MLflow run (yet). Throws `AttemptUnknown` or `mlflow_unavailable`. */
  async read(projectId: string, runId: string, { key, attempt, cursor, limit }: MetricQuery): Promise<MetricPage> {
    const token = cursor === undefined ? undefined : decodeCursor(cursor, Position).token;
    const mlflowRun = await this.mlflowRun(projectId, runId, attempt);
    if (mlflowRun === undefined) return nothing;
    if (key === undefined) return { items: await this.mlflow.lastValues(mlflowRun), next_cursor: null };
    const { points, nextToken } = await this.mlflow.history(mlflowRun, key, limit, token);
    return { items: points, next_cursor: nextToken === undefined ? null : encodeCursor({ token: nextToken }) };
  }

  /** The MLflow run that the attempt's link leads to; of the newest attempt that has one, unless one is named. */
  private async mlflowRun(projectId: string, runId: string, attempt?: number): Promise<string | undefined> {
    const asked =
      attempt === undefined
        ? await this.queries.attempts(projectId, runId)
        : [await this.queries.attempt(projectId, runId, attempt)];
    const ids = asked.flatMap(({ links }) => /\/runs\/([0-9a-f]{32})/.exec(links['mlflow'] ?? '')?.[1] ?? []);
    return ids.at(-1);
  }
}
