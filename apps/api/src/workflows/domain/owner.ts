import type { RunState } from '@griffin/contracts';

/** Who a run works for, as an orchestrator names its task, and which try of that task speaks. */
export interface OwnerRef {
  deployment: string;
  dag_id: string;
  run_id: string;
  task_id: string;
  map_index: number;
  /** The owner's own monotonic counter. */
  epoch: number;
  /** Grows when the owner wants the work done anew, and not to go on with what it started. */
  round: number;
}

/** Owners that have all the parts that are named. */
export type OwnerFilter = Partial<Omit<OwnerRef, keyof OwnerMark>>;

/** The highest figures an owner was seen with. */
export interface OwnerMark {
  epoch: number;
  round: number;
}

/** The identity of an owner, the same whichever of its tries speaks. */
export function ownerKey(ref: OwnerRef): string {
  return JSON.stringify([ref.deployment, ref.dag_id, ref.run_id, ref.task_id, ref.map_index]);
}

/** The mark after `ref` spoke, or undefined when a later try or round of the owner spoke before: it is superseded. */
export function advanceOwner(seen: OwnerMark | undefined, { epoch, round }: OwnerMark): OwnerMark | undefined {
  if (seen && (epoch < seen.epoch || round < seen.round)) return undefined;
  return { epoch, round };
}

export type OnActiveOwner = 'attach' | 'reject';

/**
 * What a submission means for the owner's run that is still active.
 * `replace`: a new round ends what an earlier round started. `wait`: it is ending, and a new one comes after it.
 */
export function decideForOwner(
  active: { state: RunState; round: number } | undefined,
  ref: OwnerMark,
  onActive: OnActiveOwner,
): 'create' | 'attach' | 'reject' | 'replace' | 'wait' {
  if (!active) return 'create';
  if (active.round < ref.round) return 'replace';
  if (active.state === 'TERMINATING') return 'wait';
  return onActive;
}
