import type { Column, DatasetOutput, FeatureViewRef, Reason } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import type { DatasetVersionEntity } from '../dataset-version.entity.ts';
import { DatasetState } from '../domain/dataset-state.ts';

const anything = { type: 'object', additionalProperties: true } as const;
const untilReady = { nullable: true, description: 'Null until the version is READY.' } as const;

/** A dataset version as it is told to clients. */
export class DatasetVersionResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ enum: Object.values(DatasetState) })
  state: DatasetState;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The run that generates it.' })
  run_id: string | null;

  @ApiProperty({ ...anything, nullable: true, description: 'Why it FAILED: `code` and `message`.' })
  reason: Reason | null;

  @ApiProperty()
  description: string;

  @ApiProperty({ type: 'array', items: anything, description: 'The feature views, their versions, their features.' })
  features: FeatureViewRef[];

  @ApiProperty({ type: String, ...untilReady })
  uri: string | null;

  @ApiProperty({ type: 'array', items: anything, ...untilReady })
  schema: Column[] | null;

  @ApiProperty({ type: 'integer', ...untilReady })
  row_count: number | null;

  @ApiProperty({ ...anything, ...untilReady })
  statistics: DatasetOutput['statistics'] | null;

  @ApiProperty({ ...anything, ...untilReady })
  splits: DatasetOutput['splits'] | null;

  @ApiProperty({ type: String, ...untilReady })
  label: string | null;

  @ApiProperty({ type: [String], ...untilReady })
  feature_columns: string[] | null;

  @ApiProperty({ type: String, ...untilReady })
  fingerprint: string | null;

  @ApiProperty({ ...anything, ...untilReady })
  source_fingerprints: Record<string, string> | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  static of(name: string, version: DatasetVersionEntity): DatasetVersionResponseDto {
    const { output } = version;
    return {
      id: version.id,
      name,
      version: version.version,
      state: version.state,
      run_id: version.runId,
      reason: version.reason,
      description: version.description,
      features: version.features,
      uri: output?.uri ?? null,
      schema: output?.schema ?? null,
      row_count: output?.row_count ?? null,
      statistics: output?.statistics ?? null,
      splits: output?.splits ?? null,
      label: output?.label ?? null,
      feature_columns: output?.feature_columns ?? null,
      fingerprint: output?.fingerprint ?? null,
      source_fingerprints: output?.source_fingerprints ?? null,
      created_at: version.createdAt.toISOString(),
      finished_at: version.finishedAt?.toISOString() ?? null,
    };
  }
}
