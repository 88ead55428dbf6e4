import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import type { OwnerRef } from '../domain/owner.ts';

const maxInteger = 2_147_483_647;

/** Who a run works for: an orchestrator's task, and which try of it speaks. */
export class OwnerRefDto {
  @ApiProperty()
  @IsString()
  @Length(1, 250)
  deployment: string;

  @ApiProperty()
  @IsString()
  @Length(1, 250)
  dag_id: string;

  @ApiProperty()
  @IsString()
  @Length(1, 250)
  run_id: string;

  @ApiProperty()
  @IsString()
  @Length(1, 250)
  task_id: string;

  @ApiPropertyOptional({ type: 'integer', minimum: -1, default: -1 })
  @MayBeAbsent()
  @IsInt()
  @Min(-1)
  @Max(maxInteger)
  map_index?: number;

  /** The owner's own counter: a lower one than was seen is refused. Airflow: `try_number`. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(maxInteger)
  epoch: number;

  /** Grows when the work is to be done anew, and not to be gone on with. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(maxInteger)
  round?: number;

  static toRef(dto: OwnerRefDto): OwnerRef {
    return { ...dto, map_index: dto.map_index ?? -1, round: dto.round ?? 0 };
  }
}
