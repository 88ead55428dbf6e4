import type { NodeKey } from './graph.ts';

export const Direction = { Upstream: 'upstream', Downstream: 'downstream', Both: 'both' } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

export interface Walk {
  projectId: string;
  start: NodeKey;
  /** Upstream is what led to the node, downstream what came of it; `both` is the two together, not their neighbours. */
  direction: Direction;
  /** How many edges away a node may be. */
  depth: number;
  maxNodes: number;
}

export interface Reached {
  /** The nearest first, the start included. */
  keys: NodeKey[];
  /** Whether there are more than `maxNodes`. */
  truncated: boolean;
}
