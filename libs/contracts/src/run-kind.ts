/** What a run is for. A runtime declares which kinds it can do. */
export const RunKind = {
  Train: 'train',
  GenerateDataset: 'generate-dataset',
  Evaluate: 'evaluate',
  BatchInfer: 'batch-infer',
  Custom: 'custom',
} as const;
export type RunKind = (typeof RunKind)[keyof typeof RunKind];
