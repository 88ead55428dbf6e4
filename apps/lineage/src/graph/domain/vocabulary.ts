/** What lineage connects. A node's id is the aggregate's uuid; an output URL's is the URL. */
export const NodeType = {
  Architecture: 'architecture',
  Dataset: 'dataset',
  FeatureView: 'feature-view',
  Definition: 'definition',
  Run: 'run',
  ModelVersion: 'model-version',
  OutputUrl: 'output-url',
} as const;
export type NodeType = (typeof NodeType)[keyof typeof NodeType];

/**
 * How one node leads to another, in the terms of W3C PROV. An edge points the way that data flows, from cause to effect;
 * where PROV's property points from effect to cause, the edge has the name of its inverse:
 *
 * | relation        | from                                 | to                                 | PROV property    |
 * |-----------------|--------------------------------------|------------------------------------|------------------|
 * | `wasUsedBy`     | architecture, dataset, model version | run                                | `used`           |
 * | `wasPlanOf`     | definition                           | run                                | `hadPlan`        |
 * | `generated`     | run                                  | model version, dataset, output URL | `wasGeneratedBy` |
 * | `hadDerivation` | feature view                         | dataset                            | `wasDerivedFrom` |
 * | `atLocation`    | model version, dataset               | output URL                         | `atLocation`     |
 */
export const Relation = {
  WasUsedBy: 'wasUsedBy',
  WasPlanOf: 'wasPlanOf',
  Generated: 'generated',
  HadDerivation: 'hadDerivation',
  AtLocation: 'atLocation',
} as const;
export type Relation = (typeof Relation)[keyof typeof Relation];
