import type { Tx } from '@griffin/database';
import { nodeRef, type NodeKey } from './domain/graph.ts';
import { Direction, type Reached, type Walk } from './domain/walk.ts';

type Step = NodeKey & { depth: number };

/** The nodes that a walk from `start` reaches. A cycle ends where the depth does. */
export async function walk(tx: Tx, { direction, ...options }: Walk): Promise<Reached> {
  const directions = direction === Direction.Both ? [Direction.Upstream, Direction.Downstream] : [direction];
  const walks: Step[][] = [];
  for (const one of directions) walks.push(await oneWay(tx, one, options));
  const steps = nearestOfEach(walks.flat());
  return { keys: steps.slice(0, options.maxNodes), truncated: steps.length > options.maxNodes };
}

const follow = {
  upstream: { next: 'edge.from_type, edge.from_id', join: 'edge.to_type = walk.type AND edge.to_id = walk.id' },
  downstream: { next: 'edge.to_type, edge.to_id', join: 'edge.from_type = walk.type AND edge.from_id = walk.id' },
} as const;

/**
 * PostgreSQL makes the rows of the recursion breadth first and no more of them than the LIMIT asks for, so a walk
 * through a huge graph ends early. UNION drops a node seen again at the same depth, so the rows are at most nodes times
 * depth, also where many paths lead to one node.
 */
async function oneWay(
  tx: Tx,
  direction: keyof typeof follow,
  { projectId, start, depth, maxNodes }: Omit<Walk, 'direction'>,
): Promise<Step[]> {
  const { next, join } = follow[direction];
  return tx.query(
    `WITH RECURSIVE walk (type, id, depth) AS (
       SELECT $2::text, $3::text, 0
       UNION
       SELECT ${next}, walk.depth + 1
       FROM walk JOIN edge ON edge.project_id = $1 AND ${join}
       WHERE walk.depth < $4
     )
     SELECT type, id, min(depth) AS depth
     FROM (SELECT * FROM walk LIMIT $5) AS bounded
     GROUP BY type, id ORDER BY depth, type, id LIMIT $6`,
    [projectId, start.type, start.id, depth, (maxNodes + 1) * (depth + 1), maxNodes + 1],
  );
}

function nearestOfEach(steps: Step[]): NodeKey[] {
  const nearest = new Map<string, Step>();
  for (const step of steps.toSorted(byDistance)) {
    if (!nearest.has(nodeRef(step))) nearest.set(nodeRef(step), step);
  }
  return [...nearest.values()].map(({ type, id }) => ({ type, id }));
}

function byDistance(left: Step, right: Step): number {
  return left.depth - right.depth || (nodeRef(left) < nodeRef(right) ? -1 : 1);
}
