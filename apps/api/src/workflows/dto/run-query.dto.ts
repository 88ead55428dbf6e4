import { RunKind, RunState } from '@griffin/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { commaSeparated } from '../../http/comma-separated.ts';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import { IsName } from '../../references/is-reference.ts';
import { streamPattern } from '../logs/log-chunks.ts';
import { OwnerQueryDto } from './owner-query.dto.ts';

export class RunPathDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;
}

export class ListRunsDto extends OwnerQueryDto {
  /** One state or several, with commas. */
  @ApiPropertyOptional({ ...commaSeparated(Object.values(RunState)), example: 'RUNNING,PROVISIONING' })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(Object.values(RunState), { each: true })
  state?: RunState[];

  @ApiPropertyOptional()
  @IsOptional()
  @IsName()
  definition?: string;

  @ApiPropertyOptional({ enum: Object.values(RunKind) })
  @IsOptional()
  @IsIn(Object.values(RunKind))
  kind?: RunKind;

  @ApiPropertyOptional()
  @IsOptional()
  @IsName()
  name?: string;
}

export class SeenRunDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;

  @ApiPropertyOptional({ description: 'The ETag of the answer the client has; without it the run is always news.' })
  @MayBeAbsent()
  @IsString()
  @Matches(/^"\d{1,9}"$/, { message: 'must be an ETag of this API, as "3" with its quotes' })
  etag?: string;

  /** Whether the client waits for the run in its owner's name, so that the owner's lease begins anew. */
  @ApiPropertyOptional({ default: false })
  @MayBeAbsent()
  @IsBoolean()
  renew_lease?: boolean;
}

export class BatchStatusDto {
  /** For how many seconds the answer may be held back until there is news. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 60, default: 0 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(60)
  wait: number = 0;

  @ApiProperty({ type: [SeenRunDto], minItems: 1, maxItems: 500 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => SeenRunDto)
  runs: SeenRunDto[];
}

export class AttemptQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The newest attempt without it.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  attempt?: number;
}

export class LogQueryDto extends AttemptQueryDto {
  @ApiPropertyOptional({
    default: 'driver',
    pattern: streamPattern.source,
    description:
      'One of `logs/streams`. `driver` is what the run said; `ray/<pod>/<file>` is a session log of Ray, on Kubernetes.',
    examples: {
      driver: { value: 'driver' },
      raylet: { value: 'ray/head-x7k2p/raylet.out' },
    },
  })
  @IsOptional()
  @Matches(streamPattern, {
    message:
      'must be the name of a stream: up to five parts with / between them, each a letter or digit, then letters, digits, . _ and -, at most 128 characters',
  })
  stream?: string;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  cursor?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10000, description: 'The last so many lines.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  tail?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 64, maximum: 1_048_576, default: 65536, description: 'Bytes.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(64)
  @Max(1_048_576)
  limit: number = 65_536;
}

export class MetricQueryDto extends AttemptQueryDto {
  @ApiPropertyOptional({ description: 'The last value of every metric without it.' })
  @IsOptional()
  @IsString()
  @MaxLength(250)
  key?: string;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10000, default: 1000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  limit: number = 1000;
}
