import type { Resources } from '@griffin/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IsModelReference, IsName, IsVersionReference } from '../references/is-reference.ts';
import { IsEnvironment } from './is-environment.ts';
import { MayBeAbsent } from './may-be-absent.ts';
import { ResourcesDto } from './resources.dto.ts';

export class InputsDto {
  @ApiPropertyOptional({ description: 'A training dataset: `name@version`, or `name` for the newest that is READY.' })
  @MayBeAbsent()
  @IsVersionReference()
  dataset?: string;

  @ApiPropertyOptional({ description: 'A registered model: `name@version`, `name@alias` or `name`.' })
  @MayBeAbsent()
  @IsModelReference()
  model?: string;
}

export class ModelOutputDto {
  @ApiProperty({ description: 'The registered model that the run makes a version of.' })
  @IsName()
  name: string;
}

export class OutputsDto {
  @ApiPropertyOptional({ type: ModelOutputDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => ModelOutputDto)
  model?: ModelOutputDto;
}

export class LimitsDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 10,
    default: 1,
    description: 'How often the run is tried in all, when its failures may be retried.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(10)
  max_attempts?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 2_592_000, description: 'From the submission on.' })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(2_592_000)
  run_timeout_seconds?: number;
}

/** What a definition may say and each of its runs may say otherwise. */
export class OverridableDto {
  @ApiPropertyOptional({ type: InputsDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => InputsDto)
  inputs?: InputsDto;

  @ApiPropertyOptional({ type: OutputsDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => OutputsDto)
  outputs?: OutputsDto;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: "By the runtime's `config_schema`." })
  @MayBeAbsent()
  @IsObject()
  config?: Record<string, unknown>;

  @ApiPropertyOptional({ type: ResourcesDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => ResourcesDto)
  resources?: Partial<Resources>;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @IsEnvironment()
  env?: Record<string, string>;

  @ApiPropertyOptional({ type: LimitsDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => LimitsDto)
  limits?: LimitsDto;

  @ApiPropertyOptional({ maxItems: 32 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(32)
  @IsName({ each: true })
  tags?: string[];
}
