import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { uriPattern } from '../../../http/uri-pattern.ts';
import { IsName, IsVersionReference } from '../../../references/is-reference.ts';
import { namePattern } from '../../../references/reference.ts';

const column = { each: true, message: 'must be names of columns, at most 128 characters each' };
const columnPattern = /^[^\0]{1,128}$/;
const columns = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 128 } } as const;

export class SpineDto {
  @ApiProperty({ description: 'Parquet: file:///... or s3://...', pattern: uriPattern.source })
  @Matches(uriPattern, { message: 'must begin with file:/// or s3://' })
  uri: string;

  @ApiProperty({ ...columns, description: 'The columns that say whom a row is about.', example: ['origin'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(16)
  @ArrayUnique()
  @IsString(column)
  @Matches(columnPattern, column)
  entity_keys: string[];

  @ApiProperty({ description: 'The column with the moment at which a prediction would be made.', example: 'departure' })
  @IsString()
  @Length(1, 128)
  event_time: string;

  @ApiProperty({ description: 'The column to predict.', example: 'late' })
  @IsString()
  @Length(1, 128)
  label: string;

  @ApiPropertyOptional({ ...columns, nullable: true, description: 'Other columns of the spine, kept as features.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1024)
  @ArrayUnique()
  @IsString(column)
  @Matches(columnPattern, column)
  columns?: string[] | null;
}

export class FeatureSelectionDto {
  @ApiProperty({ description: 'A feature view: `name@version`, or `name` for the newest version.', example: 'weather' })
  @IsVersionReference()
  view: string;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'All features of the view without it.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1024)
  @ArrayUnique()
  @IsString({ each: true })
  features?: string[] | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: "Goes before the features' names." })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  prefix?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: "The spine's column -> the view's entity key, where their names differ.",
  })
  @IsOptional()
  @IsObject()
  entity_mapping?: Record<string, string> | null;
}

export class CreateDatasetDto {
  @ApiProperty({ pattern: namePattern.source })
  @IsName()
  name: string;

  @ApiProperty({ type: SpineDto })
  @IsObject()
  @ValidateNested()
  @Type(() => SpineDto)
  spine: SpineDto;

  @ApiProperty({ type: [FeatureSelectionDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(256)
  @ValidateNested({ each: true })
  @Type(() => FeatureSelectionDto)
  features: FeatureSelectionDto[];

  @ApiProperty({
    type: 'object',
    minProperties: 1,
    example: { train: { until: '2013-11-01T04:00:00Z' }, test: { from: '2013-11-01T04:00:00Z' } },
    description: 'Half-open intervals of event time by name; rows in none of them are left out.',
    additionalProperties: {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      properties: { from: { type: 'string', format: 'date-time' }, until: { type: 'string', format: 'date-time' } },
    },
  })
  @IsObject()
  splits: Record<string, unknown>;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;
}
