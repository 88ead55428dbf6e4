import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsName } from '../../references/is-reference.ts';
import type { ArchitectureBody } from '../architecture.ts';
import type { ArchitectureEntity } from '../architecture.entity.ts';

const anything = { type: 'object', additionalProperties: true } as const;

export class CreateArchitectureDto {
  @ApiProperty()
  @IsName()
  name: string;

  @ApiProperty({ example: 'xgboost' })
  @IsString()
  @Length(1, 63)
  framework: string;

  @ApiPropertyOptional({ description: 'image@digest, git@sha or archive@digest.', nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  code?: string;

  @ApiPropertyOptional({ ...anything, description: 'JSON Schema (2020-12).', nullable: true })
  @IsOptional()
  @IsObject()
  hyperparameter_schema?: Record<string, unknown>;

  @ApiPropertyOptional({ ...anything, description: "Of hyperparameters: they go over the runtime's.", nullable: true })
  @IsOptional()
  @IsObject()
  defaults?: Record<string, unknown>;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;

  @ApiPropertyOptional({ maxItems: 32, nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsName({ each: true })
  tags?: string[];

  static toBody(dto: CreateArchitectureDto): ArchitectureBody {
    return {
      framework: dto.framework,
      code: dto.code ?? null,
      hyperparameter_schema: dto.hyperparameter_schema ?? {},
      defaults: dto.defaults ?? {},
      description: dto.description ?? '',
      tags: dto.tags ?? [],
    };
  }
}

export class ArchitectureResponseDto implements ArchitectureBody {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty()
  framework: string;

  @ApiProperty({ type: String, nullable: true })
  code: string | null;

  @ApiProperty(anything)
  hyperparameter_schema: Record<string, unknown>;

  @ApiProperty(anything)
  defaults: Record<string, unknown>;

  @ApiProperty()
  description: string;

  @ApiProperty({ type: [String] })
  tags: string[];

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ id, name, version, body, createdAt }: ArchitectureEntity): ArchitectureResponseDto {
    return { id, name, version, ...body, created_at: createdAt.toISOString() };
  }
}
