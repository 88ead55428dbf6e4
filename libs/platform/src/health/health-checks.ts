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
  try {
    await inTime(check());
    return { name };
  } catch (error) {
    return { name, error };
  }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMilliseconds);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
