import Type, { type Static } from 'typebox';
import { DatasetOutput, ModelOutput } from '../report.ts';
import { FeatureViewRef } from '../run-spec.ts';
import { envelope } from './envelope.ts';

const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Version = Type.Integer({ minimum: 1 });

/** A version of a training dataset is ready. Key: dataset version id. */
export const DatasetMaterialized = Type.Object({
  id: Id,
  name: Type.String(),
  version: Version,
  run_id: Id,
  features: Type.Array(FeatureViewRef),
  output: DatasetOutput,
  materialized_at: Time,
});
export type DatasetMaterialized = Static<typeof DatasetMaterialized>;

/** A version of a registered model exists. Key: model version id. */
export const ModelRegistered = Type.Object({
  id: Id,
  name: Type.String(),
  version: Version,
  run_id: Id,
  dataset_version_id: Type.Union([Id, Type.Null()]),
  architecture_id: Type.Union([Id, Type.Null()]),
  metrics: Type.Record(Type.String(), Type.Number()),
  output: ModelOutput,
  registered_at: Time,
});
export type ModelRegistered = Static<typeof ModelRegistered>;

/** An alias of a registered model points to another version, or to none. Key: registered model id. */
export const ModelAliasMoved = Type.Object({
  model_id: Id,
  name: Type.String(),
  alias: Type.String(),
  from_version: Type.Union([Version, Type.Null()]),
  to_version: Type.Union([Version, Type.Null()]),
  model_version_id: Type.Union([Id, Type.Null()]),
  moved_at: Time,
});
export type ModelAliasMoved = Static<typeof ModelAliasMoved>;

/** A workflow definition is no more: no run of it is active, and none will be. Key: definition id. */
export const DefinitionDeleted = Type.Object({
  id: Id,
  name: Type.String(),
  deleted_at: Time,
});
export type DefinitionDeleted = Static<typeof DefinitionDeleted>;

export const metadataEvents = {
  'dataset.materialized': envelope('dataset.materialized', DatasetMaterialized),
  'model.registered': envelope('model.registered', ModelRegistered),
  'model.alias-moved': envelope('model.alias-moved', ModelAliasMoved),
  'definition.deleted': envelope('definition.deleted', DefinitionDeleted),
} as const;
