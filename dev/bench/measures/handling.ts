import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { Figure } from '../figure.ts';
import { inMs } from '../latency.ts';
import type { BenchPlatform } from '../platform.ts';
import { scoringSubmission } from '../requests.ts';
import { percentile } from '../statistics.ts';

/** From the answer to a submission until the worker has handled `workflow.requested`, one run after the other. */
export async function measureHandling(platform: BenchPlatform, bus: string, runs: number): Promise<Figure[]> {
  const body = await scoringSubmission(platform);
  const submitted = new Map<string, number>();
  const warmUp = await platform.api.post<{ id: string }>('/api/workflows', body);
  await handledAt(platform, [warmUp.id]);
  for (let count = 0; count < runs; count += 1) {
    const { id } = await platform.api.post<{ id: string }>('/api/workflows', body);
    submitted.set(id, Date.now());
    await isOver(platform, id);
  }
  const handled = await handledAt(platform, [...submitted.keys()]);
  const taken = [...submitted].map(([id, at]) => Math.max(0, handled.get(id)! - at));
  const figure = `${inMs(percentile(taken, 0.5))} / ${inMs(percentile(taken, 0.95))}`;
  return [{ what: `${bus} bus`, figure }];
}

/** So that the attempt's own short process is gone before the next run comes. */
async function isOver({ api }: BenchPlatform, id: string): Promise<void> {
  await eventually(
    async () => {
      const run = await api.get<{ is_terminal: boolean }>(`/api/workflows/${id}?wait=5`);
      if (!run.is_terminal) throw new Error(`run ${id} does not end`);
    },
    { timeoutMs: 30_000 },
  );
}

/** When the worker logged, after its commit, that it had handled the request of each run. */
async function handledAt({ stack }: BenchPlatform, ids: string[]): Promise<Map<string, number>> {
  return eventually(
    async () => {
      const log = await readFile(join(stack.state.logs, 'isc-worker.log'), 'utf8');
      const handled = new Map<string, number>();
      for (const text of log.split('\n').filter((line) => line.includes('"event handled"'))) {
        const line = JSON.parse(text) as { time: string; type: string; run_id: string };
        if (line.type === 'workflow.requested' && !handled.has(line.run_id)) {
          handled.set(line.run_id, Date.parse(line.time));
        }
      }
      const missing = ids.find((id) => !handled.has(id));
      if (missing !== undefined) throw new Error(`the worker has not handled the request of run ${missing}`);
      return handled;
    },
    { timeoutMs: 30_000, intervalMs: 200 },
  );
}

export const handlingMethod = (runs: number) =>
  `${runs} runs, one after the other, on the whole platform. Taken from the answer of api to the line that the worker ` +
  'logs once its transaction has committed; both clocks are this machine’s and count whole milliseconds, and what was handled before the answer came counts as 0. The runs need ' +
  'no Ray, and in place of the runtime `/bin/true` is started, so that nothing but the short process of each attempt ' +
  'disturbs the measurement. Figures are p50 / p95.';
