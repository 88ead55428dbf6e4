import type { ArtifactFile, Column } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import type { ModelVersionEntity } from '../model-version.entity.ts';

export class ArtifactDto implements ArtifactFile {
  @ApiProperty({ description: 'Relative to the model version.' })
  path: string;

  @ApiProperty({ type: 'integer', description: 'Bytes.' })
  size: number;

  @ApiProperty({ description: 'SHA-256, hex.' })
  sha256: string;
}

export class ColumnDto implements Column {
  @ApiProperty()
  name: string;

  @ApiProperty()
  type: string;
}

export class SignatureDto {
  @ApiProperty({ type: [ColumnDto] })
  inputs: ColumnDto[];

  @ApiProperty({ type: [ColumnDto] })
  outputs: ColumnDto[];
}

export class ModelVersionResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'uuid' })
  run_id: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  dataset_version_id: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  architecture_id: string | null;

  @ApiProperty()
  framework: string;

  @ApiProperty({ description: 'Where the artifacts lie in the artifact store.' })
  uri: string;

  @ApiProperty({ type: SignatureDto })
  signature: SignatureDto;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  metrics: Record<string, number>;

  @ApiProperty({ type: [ArtifactDto] })
  artifacts: ArtifactDto[];

  @ApiProperty({ format: 'date-time' })
  registered_at: string;

  static of(name: string, version: ModelVersionEntity): ModelVersionResponseDto {
    const { framework, uri, signature, files } = version.output;
    return {
      id: version.id,
      name,
      version: version.version,
      run_id: version.runId,
      dataset_version_id: version.datasetVersionId,
      architecture_id: version.architectureId,
      framework,
      uri,
      signature,
      metrics: version.metrics,
      artifacts: files,
      registered_at: version.registeredAt.toISOString(),
    };
  }
}
