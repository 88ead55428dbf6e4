import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Of the tests on a cluster: those that take many minutes, beside them those that wait more than they compute, and then
 * what wants the cores. By itself Vitest begins with the largest files, and what takes longest goes on alone.
 */
const order = [
  'retries',
  'kill-points',
  // They wait.
  'reasons',
  'custom',
  'definitions',
  'others-objects',
  // These want the cores.
  'deaths',
  'training',
  'endings',
  'secrets',
].map((name) => `/${name}.cluster.spec.ts`);

/** Vitest's own order, but for the files that `order` names. */
export class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is not that of an array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;

function rankOf({ moduleId }: TestSpecification): number {
  const rank = order.findIndex((name) => moduleId.endsWith(name));
  return rank === -1 ? order.length : rank;
}
