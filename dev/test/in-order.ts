import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of the tests on a cluster: begun last, one of them would go on alone while cores are free. */
const longest = ['retries', 'kill-points', 'deaths', 'endings', 'training'];

/** Where Vitest does not know yet how long a file takes, it begins with the largest. Here it is those that take minutes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is not that of an array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;

function rankOf({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.cluster.spec.ts`));
  return at === -1 ? longest.length : at;
}
