import { ApiProperty } from '@nestjs/swagger';
import type { ProjectEntity } from '../project.entity.ts';

export class ProjectResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ id, name, createdAt }: ProjectEntity): ProjectResponseDto {
    return { id, name, created_at: createdAt.toISOString() };
  }
}
