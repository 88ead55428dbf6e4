import Type, { type Static } from 'typebox';
import { RunKind } from './run-kind.ts';
import { Resources } from './resources.ts';

const Id = Type.String({ format: 'uuid' });
const Version = Type.Integer({ minimum: 1 });
const Versioned = { id: Id, name: Type.String(), version: Version };

export const FeatureViewRef = Type.Object({ ...Versioned, features: Type.Array(Type.String()) });
export type FeatureViewRef = Static<typeof FeatureViewRef>;

export const DatasetInput = Type.Object({
  type: Type.Literal('dataset'),
  ...Versioned,
  uri: Type.String(),
  fingerprint: Type.String(),
  splits: Type.Record(Type.String(), Type.Object({ uri: Type.String(), row_count: Type.Integer({ minimum: 0 }) })),
  label: Type.String(),
  /** Column names of the model's inputs, in order. */
  feature_columns: Type.Array(Type.String()),
  features: Type.Array(FeatureViewRef),
});
export type DatasetInput = Static<typeof DatasetInput>;

export const ModelInput = Type.Object({
  type: Type.Literal('model'),
  ...Versioned,
  uri: Type.String(),
});
export type ModelInput = Static<typeof ModelInput>;

export const RunInput = Type.Union([DatasetInput, ModelInput]);
export type RunInput = Static<typeof RunInput>;

const Names = Type.Array(Type.String());
const Variables = Type.Record(Type.String(), Type.String());
const Quantities = Type.Record(Type.String(), Type.String());

/** Whom the runs of a definition act as in its namespace: absent in what was said before there were any. */
export const Authorization = Type.Object({
  service_account: Type.Optional(Type.String()),
  /** ClusterRoles that are bound to it in the namespace. */
  roles: Type.Optional(Names),
});
export type Authorization = Static<typeof Authorization>;

export const Toleration = Type.Object({
  key: Type.Optional(Type.String()),
  operator: Type.Optional(Type.Enum(['Exists', 'Equal'])),
  value: Type.Optional(Type.String()),
  effect: Type.Optional(Type.Enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])),
});
export type Toleration = Static<typeof Toleration>;

/** On which nodes the runs of a definition may be, and before whom. */
export const Placement = Type.Object({
  node_selector: Type.Optional(Type.Record(Type.String(), Type.String())),
  tolerations: Type.Optional(Type.Array(Toleration)),
  priority_class: Type.Optional(Type.String()),
});
export type Placement = Static<typeof Placement>;

/** What all runs of a definition together, and each of their containers, may ask for: Kubernetes quantities by resource. */
export const Quota = Type.Object({
  hard: Type.Optional(Quantities),
  container_max: Type.Optional(Quantities),
});
export type Quota = Static<typeof Quota>;

/** A key of a Kubernetes Secret that becomes a variable. The value is the worker's to get: it is in no event and no answer. */
export const SecretReference = Type.Object({
  env: Type.String(),
  secret: Type.String(),
  key: Type.String(),
});
export type SecretReference = Static<typeof SecretReference>;

/**
 * Everything a run needs, resolved once at submit (runtime defaults < architecture < definition < run) and then frozen.
 * `digest` is the SHA-256 of the canonical JSON of all that decides the result: two runs with one digest are the same work.
 */
export const ResolvedRunSpec = Type.Object({
  run_id: Id,
  project_id: Id,
  /** Said where there are `secrets`, which may be allowed to a project by its name. */
  project_name: Type.Optional(Type.String()),
  name: Type.String(),
  kind: Type.Enum(RunKind),
  definition: Type.Object({
    ...Versioned,
    stage: Type.Enum(['prototype', 'production']),
    /** What of `env` the version says itself, as all its runs share it. */
    env: Type.Optional(Variables),
  }),
  runtime: Type.Object({
    name: Type.String(),
    version: Type.String(),
    image: Type.String(),
    /** What the image runs, as argument vectors, where that is not for the image to say: of an image of the user's own. */
    command: Type.Optional(Type.Array(Type.String())),
    args: Type.Optional(Type.Array(Type.String())),
    /** Whether the run needs a Ray cluster, or one container. */
    needs_ray: Type.Boolean(),
  }),
  architecture: Type.Union([Type.Object({ ...Versioned, framework: Type.String() }), Type.Null()]),
  inputs: Type.Array(RunInput),
  /** Names the registered model that a model output becomes a version of; the dataset version that a dataset output fills. */
  outputs: Type.Object({
    model: Type.Optional(Type.Object({ name: Type.String() })),
    dataset: Type.Optional(Type.Object({ ...Versioned })),
  }),
  config: Type.Record(Type.String(), Type.Unknown()),
  resources: Resources,
  env: Variables,
  /** Said by the definition alone, in the order of their variables. */
  secrets: Type.Optional(Type.Array(SecretReference)),
  authorization: Type.Optional(Authorization),
  placement: Type.Optional(Placement),
  quota: Type.Optional(Quota),
  code: Type.Union([Type.String(), Type.Null()]),
  seed: Type.Integer(),
  limits: Type.Object({
    max_attempts: Type.Integer({ minimum: 1, maximum: 10 }),
    run_timeout_seconds: Type.Integer({ minimum: 1 }),
  }),
  /** Where the run's artifacts, reports, checkpoints and logs go: file:// or s3://, without a trailing slash. */
  artifact_root: Type.String(),
  digest: Type.String(),
});
export type ResolvedRunSpec = Static<typeof ResolvedRunSpec>;
