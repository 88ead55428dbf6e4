import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min, ValidateIf } from 'class-validator';
import { PageQueryDto } from '../../http/page.dto.ts';
import type { OwnerFilter } from '../domain/owner.ts';

const text = { minLength: 1, maxLength: 250 };

/** A page of the runs of an owner, as `owner_ref` has it: a DAG, or one run of it, or one task in that, or one instance. */
export class OwnerQueryDto extends PageQueryDto {
  @ApiPropertyOptional(text)
  @IsOptional()
  @IsString()
  @Length(1, 250)
  owner_deployment?: string;

  /** Required with any other part of an owner. */
  @ApiPropertyOptional(text)
  @ValidateIf((query: OwnerQueryDto) => Object.values(OwnerQueryDto.toFilter(query)).some((part) => part !== undefined))
  @IsString()
  @Length(1, 250)
  owner_dag_id?: string;

  @ApiPropertyOptional(text)
  @IsOptional()
  @IsString()
  @Length(1, 250)
  owner_run_id?: string;

  @ApiPropertyOptional(text)
  @IsOptional()
  @IsString()
  @Length(1, 250)
  owner_task_id?: string;

  /** -1 of a task that is not mapped. */
  @ApiPropertyOptional({ type: 'integer', minimum: -1, maximum: 2_147_483_647 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(-1)
  @Max(2_147_483_647)
  owner_map_index?: number;

  static toFilter(query: OwnerQueryDto): OwnerFilter {
    return {
      deployment: query.owner_deployment,
      dag_id: query.owner_dag_id,
      run_id: query.owner_run_id,
      task_id: query.owner_task_id,
      map_index: query.owner_map_index,
    };
  }
}
