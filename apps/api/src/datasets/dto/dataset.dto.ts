import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IsName } from '../../references/is-reference.ts';
import { namePattern } from '../../references/reference.ts';
import type { TrainingDatasetEntity } from '../training-dataset.entity.ts';

export class DatasetPathDto {
  @ApiProperty({ pattern: namePattern.source })
  @IsName()
  name: string;
}

export class DatasetVersionPathDto extends DatasetPathDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  version: number;
}

export class DatasetResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ id, name, createdAt }: TrainingDatasetEntity): DatasetResponseDto {
    return { id, name, created_at: createdAt.toISOString() };
  }
}
