/** How much is measured. `small` shows in a minute that the bench works; its figures say nothing of the targets. */
export interface Sizes {
  name: string;
  /** Alternating rounds of the two sides of a ratio. */
  rounds: number;
  secondsPerRound: number;
  warmUpSeconds: number;
  /** Rows of the two tables of runs that a list is read from. */
  runs: [few: number, many: number];
  edges: number;
  /** Requests of each kind, of which the percentiles are. */
  requests: number;
  /** Runs whose way to the worker is measured, on each bus. */
  handled: number;
}

const full: Sizes = {
  name: 'full',
  rounds: 7,
  secondsPerRound: 5,
  warmUpSeconds: 5,
  runs: [10_000, 1_000_000],
  edges: 1_000_000,
  requests: 200,
  handled: 200,
};

const small: Sizes = {
  name: 'small',
  rounds: 3,
  secondsPerRound: 2,
  warmUpSeconds: 2,
  runs: [1_000, 20_000],
  edges: 20_000,
  requests: 40,
  handled: 20,
};

/** Those that BENCH_SCALE names. */
export function sizesOf(scale = 'full'): Sizes {
  const known = [full, small].find(({ name }) => name === scale);
  if (!known) throw new Error(`BENCH_SCALE is full or small, not '${scale}'`);
  return known;
}
