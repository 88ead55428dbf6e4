export interface Answers {
  /** `GET /api/workflows/:id` */
  operation: string;
  requests: number;
  statuses: Record<string, number>;
}

const sample = /^griffin_http_request_duration_seconds_count\{method="(.+)",route="(.+)",status="(\d+)"\} (\d+)$/gm;

/** From a service's metrics in Prometheus' text format. */
export function answersByOperation(metrics: string): Answers[] {
  const answers = new Map<string, Answers>();
  for (const [, method, route, status = '', count] of metrics.matchAll(sample)) {
    const operation = `${method} ${route}`;
    const found = answers.get(operation) ?? { operation, requests: 0, statuses: {} };
    found.requests += Number(count);
    found.statuses[status] = Number(count);
    answers.set(operation, found);
  }
  return [...answers.values()];
}
