import { setTimeout as delay } from 'node:timers/promises';

/** By name, what must work for the service to do its job. A check that throws, or takes over two seconds, fails. */
export type HealthChecks = Record<string, () => Promise<unknown>>;

export const healthChecks = Symbol('health checks');

const timeoutMilliseconds = 2_000;

export type CheckResult = { name: string; error?: unknown };

/** Runs all checks at once. */
export async function runChecks(checks: HealthChecks): Promise<CheckResult[]> {
  return Promise.all(Object.entries(checks).map(([name, check]) => runCheck(name, check)));
}

async function runCheck(name: string, check: () => Promise<unknown>): Promise<CheckResult> {
  const answered = new AbortController();
  const late = delay(timeoutMilliseconds, new Error('no answer in time'), { signal: answered.signal });
  try {
    const error = await Promise.race([check().then(() => undefined), late]);
    return error === undefined ? { name } : { name, error };
  } catch (error) {
    return { name, error };
  } finally {
    late.catch(() => 'cancelled below, once the check has answered');
    answered.abort();
  }
}
