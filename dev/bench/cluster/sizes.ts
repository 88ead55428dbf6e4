/** How much is measured. `small` shows in a few minutes that the bench works; its figures say nothing of the targets. */
export interface ClusterSizes {
  name: string;
  /** Alternating rounds of the two sides of the ratio. */
  rounds: number;
  /** Runs that are requested at once, in each round. */
  runs: number;
  /** Changes whose way to api is measured. */
  changes: number;
  /** Active runs at which the worker's memory is read. */
  active: [few: number, many: number];
  /** The longest that is waited until the pods of the active runs say that they run. */
  settleSeconds: number;
}

const full: ClusterSizes = {
  name: 'full',
  rounds: 3,
  runs: 1_000,
  changes: 200,
  active: [1_000, 5_000],
  settleSeconds: 300,
};

const small: ClusterSizes = {
  name: 'small',
  rounds: 2,
  runs: 100,
  changes: 40,
  active: [100, 1_000],
  settleSeconds: 60,
};

/** Those that BENCH_SCALE names. */
export function clusterSizesOf(scale = 'full'): ClusterSizes {
  const known = [full, small].find(({ name }) => name === scale);
  if (!known) throw new Error(`BENCH_SCALE is full or small, not '${scale}'`);
  return known;
}
