import Type, { type Static } from 'typebox';
import { Reason } from './reason.ts';

export const ArtifactFile = Type.Object({
  /** Relative to the output's `uri`. */
  path: Type.String({ minLength: 1, maxLength: 1024 }),
  size: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type ArtifactFile = Static<typeof ArtifactFile>;

export const Column = Type.Object({ name: Type.String(), type: Type.String() });
export type Column = Static<typeof Column>;

export const ModelOutput = Type.Object({
  type: Type.Literal('model'),
  uri: Type.String(),
  files: Type.Array(ArtifactFile, { minItems: 1 }),
  framework: Type.String(),
  signature: Type.Object({ inputs: Type.Array(Column), outputs: Type.Array(Column) }),
});
export type ModelOutput = Static<typeof ModelOutput>;

export const DatasetOutput = Type.Object({
  type: Type.Literal('dataset'),
  uri: Type.String(),
  files: Type.Array(ArtifactFile, { minItems: 1 }),
  schema: Type.Array(Column),
  row_count: Type.Integer({ minimum: 0 }),
  /** Per column: `nulls`, and `min`, `max`, `mean`, `stddev` where it is numeric, `distinct` where it is text. */
  statistics: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
  splits: Type.Record(Type.String(), Type.Object({ uri: Type.String(), row_count: Type.Integer({ minimum: 0 }) })),
  label: Type.String(),
  feature_columns: Type.Array(Type.String()),
  /** SHA-256 over the order-independent row hash, the schema and the fingerprints of the sources. */
  fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  source_fingerprints: Type.Record(Type.String(), Type.String()),
});
export type DatasetOutput = Static<typeof DatasetOutput>;

export const PredictionsOutput = Type.Object({
  type: Type.Literal('predictions'),
  uri: Type.String(),
  files: Type.Array(ArtifactFile, { minItems: 1 }),
  row_count: Type.Integer({ minimum: 0 }),
});
export type PredictionsOutput = Static<typeof PredictionsOutput>;

export const RunOutput = Type.Union([ModelOutput, DatasetOutput, PredictionsOutput]);
export type RunOutput = Static<typeof RunOutput>;

/** The runtime's final word on one attempt. Written to the artifact store first, then sent to api: it is the commit. */
export const FinalReport = Type.Object(
  {
    schema_version: Type.Literal(1),
    run_id: Type.String({ format: 'uuid' }),
    attempt: Type.Integer({ minimum: 1 }),
    boot_id: Type.String({ format: 'uuid' }),
    outcome: Type.Enum(['succeeded', 'failed']),
    /** Present when the outcome is `failed`. */
    reason: Type.Union([Reason, Type.Null()]),
    started_at: Type.String({ format: 'date-time' }),
    finished_at: Type.String({ format: 'date-time' }),
    metrics: Type.Record(Type.String(), Type.Number()),
    links: Type.Record(Type.String(), Type.String()),
    outputs: Type.Array(RunOutput),
    /** The last lines of the log, at most 16 KiB; present when the outcome is `failed`. */
    log_tail: Type.Union([Type.String({ maxLength: 16384 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type FinalReport = Static<typeof FinalReport>;
