import { FinalReport, type ResolvedRunSpec } from '@griffin/contracts';
import { InvalidInputError } from '@griffin/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Value } from 'typebox/value';
import { IsLinks } from '../../http/is-links.ts';
import { IsNumbers } from '../../http/is-numbers.ts';

export class AttemptPathDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  attempt: number;
}

export class StartAttemptDto {
  @ApiProperty({ format: 'uuid', description: 'Of the process that asks: another one is refused from then on.' })
  @IsUUID()
  boot_id: string;
}

export class StartedAttemptDto {
  @ApiProperty({ type: 'object', additionalProperties: true })
  spec: ResolvedRunSpec;

  @ApiProperty({ type: String, nullable: true })
  mlflow_url: string | null;
}

export class ProgressDto {
  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  phase?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 1, nullable: true })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  fraction?: number;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  message?: string;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsNumbers()
  metrics?: Record<string, number>;
}

export class ReportProgressDto {
  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsLinks()
  links?: Record<string, string>;

  @ApiPropertyOptional({ type: ProgressDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProgressDto)
  progress?: ProgressDto;
}

export class ReportedDto {
  @ApiProperty({ description: 'The state of the run, now that the report was heard.' })
  state: string;
}

/** Refuses, with a pointer per error, what is not a final report. */
export function readReport(body: unknown): FinalReport {
  if (Value.Check(FinalReport, body)) return body;
  const errors = [...Value.Errors(FinalReport, body)].map(({ instancePath, keyword, message }) => ({
    pointer: instancePath,
    code: keyword.toLowerCase(),
    message,
  }));
  throw new InvalidInputError(errors.length > 0 ? errors : [{ pointer: '', code: 'invalid', message: 'is no report' }]);
}
