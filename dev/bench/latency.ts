import type { Figure } from './figure.ts';
import type { GriffinClient } from '../demo/client.ts';
import { percentile } from './statistics.ts';

/** Milliseconds from sending each request to having read its answer, one request after the other. */
export async function latencies(api: GriffinClient, paths: readonly string[]): Promise<number[]> {
  return (await timed(api, paths)).taken;
}

/** As `latencies`, of lists: with how many items they had in all. */
export async function timed(api: GriffinClient, paths: readonly string[]): Promise<{ taken: number[]; items: number }> {
  const taken: number[] = [];
  let items = 0;
  for (const path of paths) {
    const begun = performance.now();
    const answer = await api.get<{ items?: unknown[] }>(path);
    taken.push(performance.now() - begun);
    items += answer.items?.length ?? 0;
  }
  return { taken, items };
}

export const p95 = (values: readonly number[]) => percentile(values, 0.95);

export const inMs = (value: number) => `${value.toFixed(1)} ms`;

export function atMost(what: string, values: readonly number[], limitMs: number): Figure {
  const figure = `${inMs(percentile(values, 0.5))} / ${inMs(p95(values))}`;
  return { what, figure, target: { text: `p95 at most ${limitMs} ms`, met: p95(values) <= limitMs } };
}
