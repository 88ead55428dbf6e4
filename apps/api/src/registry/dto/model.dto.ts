import { ApiProperty } from '@nestjs/swagger';
import type { ModelWithAliases } from '../catalogue.service.ts';

export class ModelResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'The version per alias.' })
  aliases: Record<string, number>;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ model, aliases }: ModelWithAliases): ModelResponseDto {
    return { id: model.id, name: model.name, aliases, created_at: model.createdAt.toISOString() };
  }
}
