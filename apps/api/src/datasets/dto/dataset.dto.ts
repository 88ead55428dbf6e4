import { ApiProperty } from '@nestjs/swagger';
import type { TrainingDatasetEntity } from '../training-dataset.entity.ts';

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
