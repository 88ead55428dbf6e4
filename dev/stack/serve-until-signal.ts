import { once } from 'node:events';

/** Waits for SIGINT, SIGTERM or SIGHUP, then stops what serves. A second signal does not interrupt the stopping. */
export async function serveUntilSignal(serving: { stop(): Promise<void> }): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const keepAlive = setInterval(() => {}, 60_000);
  await Promise.race(signals.map((signal) => once(process, signal)));
  for (const signal of signals) process.on(signal, () => {});
  clearInterval(keepAlive);
  await serving.stop();
}
