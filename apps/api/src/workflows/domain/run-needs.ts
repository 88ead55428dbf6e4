import type { ResolvedRunSpec, RunKind } from '@griffin/contracts';

/** How to tell whether a spec has what a pointer into the submission names. */
const isGiven = {
  '/inputs/dataset': ({ inputs }) => inputs.some(({ type }) => type === 'dataset'),
  '/inputs/model': ({ inputs }) => inputs.some(({ type }) => type === 'model'),
  '/outputs/model': ({ outputs }) => outputs.model !== undefined,
} satisfies Record<string, (spec: Pick<ResolvedRunSpec, 'inputs' | 'outputs'>) => boolean>;

/** What a run of each kind cannot do without, whatever its runtime. */
const needs: Record<RunKind, readonly (keyof typeof isGiven)[]> = {
  train: ['/inputs/dataset', '/outputs/model'],
  'generate-dataset': [],
  evaluate: ['/inputs/dataset', '/inputs/model'],
  'batch-infer': ['/inputs/dataset', '/inputs/model'],
  custom: [],
};

/** What the run's kind needs and neither its definition nor its submission gives. */
export function missingNeeds(spec: Pick<ResolvedRunSpec, 'kind' | 'inputs' | 'outputs'>) {
  const missing = needs[spec.kind].filter((pointer) => !isGiven[pointer](spec));
  return missing.map((pointer) => ({
    pointer,
    code: 'required',
    message: `is required of a run of the kind ${spec.kind}, by its definition or by itself`,
  }));
}
