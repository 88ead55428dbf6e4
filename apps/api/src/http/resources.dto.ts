import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, IsOptional, IsPositive, Length, Max, Min } from 'class-validator';
import { IsLabelValue } from './is-label-value.ts';
import { MayBeAbsent } from './may-be-absent.ts';

/** What a run asks for; what is left out comes from the definition, then from the runtime. */
export class ResourcesDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 256, description: '0: one container, without Ray.' })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(256)
  workers: number;

  @ApiPropertyOptional({ minimum: 0, exclusiveMinimum: true, maximum: 192, description: 'Per worker.' })
  @MayBeAbsent()
  @IsNumber()
  @IsPositive()
  @Max(192)
  cpu: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 16, description: 'Per worker.' })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(16)
  gpu: number;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Any type when null. The value of a label of nodes.',
  })
  @IsOptional()
  @Length(1, 63)
  @IsLabelValue()
  gpu_type: string | null;

  @ApiPropertyOptional({ minimum: 0, exclusiveMinimum: true, maximum: 4096, description: 'GiB per worker.' })
  @MayBeAbsent()
  @IsNumber()
  @IsPositive()
  @Max(4096)
  memory_gib: number;

  @ApiPropertyOptional({ minimum: 0, maximum: 65536, description: 'GiB per worker.' })
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(65536)
  ssd_gib: number;
}
