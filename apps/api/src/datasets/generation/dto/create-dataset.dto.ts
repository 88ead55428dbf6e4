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
import { IsName, IsVersionReference } from '../../../references/is-reference.ts';
import { namePattern } from '../../../references/reference.ts';

const column = { each: true, message: 'must be names of columns, at most 128 characters each' };
const columnPattern = /^[^\0]{1,128}$/;
const uriPattern = /^(file:\/\/\/|s3:\/\/[^/]+\/).+/;

export class SpineDto {
  @ApiProperty({ description: 'Parquet: file:///... or s3://...' })
  @Matches(uriPattern, { message: 'must begin with file:/// or s3://' })
  uri: string;

  @ApiProperty({ type: [String], description: 'The columns that say whom a row is about.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(16)
  @ArrayUnique()
  @IsString(column)
  @Matches(columnPattern, column)
  entity_keys: string[];

  @ApiProperty({ description: 'The column with the moment at which a prediction would be made.' })
  @IsString()
  @Length(1, 128)
  event_time: string;

  @ApiProperty({ description: 'The column to predict.' })
  @IsString()
  @Length(1, 128)
  label: string;

  @ApiPropertyOptional({ type: [String], description: 'Other columns of the spine, kept as features.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1024)
  @ArrayUnique()
  @IsString(column)
  @Matches(columnPattern, column)
  columns?: string[] | null;
}

export class FeatureSelectionDto {
  @ApiProperty({ description: 'A feature view: `name@version`, or `name` for the newest version.' })
  @IsVersionReference()
  view: string;

  @ApiPropertyOptional({ type: [String], description: 'All features of the view without it.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1024)
  @ArrayUnique()
  @IsString({ each: true })
  features?: string[] | null;

  @ApiPropertyOptional({ type: String, description: "Goes before the features' names." })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  prefix?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
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
    description: 'Half-open intervals of event time by name; rows in none of them are left out.',
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: { from: { type: 'string', format: 'date-time' }, until: { type: 'string', format: 'date-time' } },
    },
  })
  @IsObject()
  splits: Record<string, unknown>;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;
}
