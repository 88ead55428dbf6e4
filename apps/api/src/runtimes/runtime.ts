import { Resources, RunKind } from '@griffin/contracts';
import Type, { type Static } from 'typebox';

const AnyObject = Type.Record(Type.String(), Type.Unknown());

/** A standard ML build that runs can use, as its package describes it. */
export const Runtime = Type.Object({
  name: Type.String(),
  version: Type.String(),
  kinds: Type.Array(Type.Enum(RunKind), { minItems: 1 }),
  needs_ray: Type.Boolean(),
  /** Null: its runs are of the image that their definition names. */
  image: Type.Union([Type.String(), Type.Null()]),
  packages: Type.Record(Type.String(), Type.String()),
  /** A JSON Schema (2020-12) per kind. */
  config_schema: Type.Record(Type.String(), AnyObject),
  default_config: Type.Record(Type.String(), AnyObject),
  default_resources: Resources,
});
export type Runtime = Static<typeof Runtime>;

export const RuntimeCatalogue = Type.Array(Runtime, { minItems: 1 });
