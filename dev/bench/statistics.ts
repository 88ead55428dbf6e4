/** The smallest of `values` that at least the share `p` of them does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const rank = Math.max(1, Math.ceil(p * sorted.length));
  const found = sorted[rank - 1];
  if (found === undefined) throw new RangeError('nothing was measured');
  return found;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? percentile(values, 0.5) : (sorted[half - 1]! + sorted[half]!) / 2;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { min: percentile(values, 0), median: median(values), max: percentile(values, 1) };
}
