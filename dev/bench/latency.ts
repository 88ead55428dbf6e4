import type { Figure } from './figure.ts';
import type { GriffinClient } from '../demo/client.ts';
import { percentile } from './statistics.ts';

/** Milliseconds from sending each request to having read its answer, one request after the other. */
export async function latencies(api: GriffinClient, paths: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  for (const path of paths) {
    const begun = performance.now();
    await api.get(path);
    taken.push(performance.now() - begun);
  }
  return taken;
}

export const p95 = (values: readonly number[]) => percentile(values, 0.95);

export const inMs = (value: number) => `${value.toFixed(1)} ms`;

export function atMost(what: string, values: readonly number[], limitMs: number): Figure {
  const figure = `${inMs(percentile(values, 0.5))} / ${inMs(p95(values))}`;
  return { what, figure, target: { text: `p95 at most ${limitMs} ms`, met: p95(values) <= limitMs } };
}
