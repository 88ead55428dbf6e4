import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { PageQueryDto } from '../../http/page.dto.ts';
import { uriPattern } from '../../http/uri-pattern.ts';
import { IsName } from '../../references/is-reference.ts';
import type { Feature, FeatureViewBody } from '../feature-view.ts';
import type { FeatureViewEntity } from '../feature-view.entity.ts';

export class SourceDto {
  @ApiProperty({ description: 'file:///... or s3://...', pattern: uriPattern.source })
  @IsString()
  @MaxLength(1024)
  @Matches(uriPattern, { message: 'must begin with file:/// or s3://' })
  uri: string;

  @ApiProperty({ enum: ['parquet'] })
  @IsIn(['parquet'])
  format: 'parquet';
}

export class FeatureDto implements Feature {
  @ApiProperty()
  @IsString()
  @Length(1, 128)
  name: string;

  @ApiProperty({ example: 'double' })
  @IsString()
  @Length(1, 63)
  type: string;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description: string;
}

export class IndexFeatureViewDto {
  @ApiProperty()
  @IsName()
  name: string;

  @ApiProperty({ type: SourceDto })
  @IsObject()
  @ValidateNested()
  @Type(() => SourceDto)
  source: SourceDto;

  @ApiProperty({ type: [String], description: 'The columns that say whom a row is about.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(16)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 128, { each: true })
  entity_keys: string[];

  @ApiProperty({ description: 'The column with the time that a row is about.' })
  @IsString()
  @Length(1, 128)
  event_time: string;

  @ApiPropertyOptional({
    description: 'The column that says from when on a row was known; its event time without it.',
    nullable: true,
  })
  @IsOptional()
  @IsString()
  @Length(1, 128)
  available_at?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'A row older than this counts as none.',
    nullable: true,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  max_age_seconds?: number;

  @ApiPropertyOptional({
    description: 'Of rows with one event time, the one with the greatest value here is taken.',
    nullable: true,
  })
  @IsOptional()
  @IsString()
  @Length(1, 128)
  tie_break?: string;

  @ApiProperty({ type: [FeatureDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1024)
  @ArrayUnique((feature: FeatureDto) => feature?.name, { message: 'must not name a feature twice' })
  @ValidateNested({ each: true })
  @Type(() => FeatureDto)
  features: FeatureDto[];

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 250)
  owner?: string;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;

  @ApiPropertyOptional({ maxItems: 32, nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsName({ each: true })
  tags?: string[];

  static toBody(dto: IndexFeatureViewDto): FeatureViewBody {
    return {
      source: { ...dto.source },
      entity_keys: dto.entity_keys,
      event_time: dto.event_time,
      available_at: dto.available_at ?? null,
      max_age_seconds: dto.max_age_seconds ?? null,
      tie_break: dto.tie_break ?? null,
      features: dto.features.map(({ name, type, description }) => ({ name, type, description: description ?? '' })),
      owner: dto.owner ?? null,
      description: dto.description ?? '',
      tags: dto.tags ?? [],
    };
  }
}

export class SearchFeatureViewsDto extends PageQueryDto {
  @ApiPropertyOptional({ description: "Part of a name, a description, a tag or a feature's name." })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  q?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsName()
  tag?: string;
}

export class FeatureViewResponseDto implements FeatureViewBody {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ type: SourceDto })
  source: SourceDto;

  @ApiProperty({ type: [String] })
  entity_keys: string[];

  @ApiProperty()
  event_time: string;

  @ApiProperty({ type: String, nullable: true })
  available_at: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  max_age_seconds: number | null;

  @ApiProperty({ type: String, nullable: true })
  tie_break: string | null;

  @ApiProperty({ type: [FeatureDto] })
  features: FeatureDto[];

  @ApiProperty({ type: String, nullable: true })
  owner: string | null;

  @ApiProperty()
  description: string;

  @ApiProperty({ type: [String] })
  tags: string[];

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ id, name, version, body, createdAt }: FeatureViewEntity): FeatureViewResponseDto {
    return { id, name, version, ...body, created_at: createdAt.toISOString() };
  }
}
