import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { PageQueryDto } from '../../http/page.dto.ts';
import { IsAlias, IsName } from '../../references/is-reference.ts';
import { aliasPattern, namePattern } from '../../references/reference.ts';
import type { AliasMoveEntity } from '../alias-move.entity.ts';
import type { PointingAlias } from '../alias.repository.ts';
import { AsOfQueryDto } from './version-path.dto.ts';

export class MoveAliasDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  version: number;
}

export class AliasPathDto {
  @ApiProperty({ pattern: namePattern.source })
  @IsName()
  name: string;

  @ApiProperty({ pattern: aliasPattern.source })
  @IsAlias()
  alias: string;
}

export class AliasMoveResponseDto {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: the alias was removed.' })
  version: number | null;

  @ApiProperty()
  moved_by: string;

  @ApiProperty({ format: 'date-time' })
  moved_at: string;

  static of(move: AliasMoveEntity): AliasMoveResponseDto {
    return { version: move.version, moved_by: move.movedBy, moved_at: move.movedAt.toISOString() };
  }
}

export class AliasResponseDto {
  @ApiProperty()
  alias: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty()
  moved_by: string;

  @ApiProperty({ format: 'date-time' })
  moved_at: string;

  static of({ alias, version, movedBy, movedAt }: PointingAlias): AliasResponseDto {
    return { alias, version, moved_by: movedBy, moved_at: movedAt.toISOString() };
  }
}

export class ListAliasesDto extends IntersectionType(PageQueryDto, AsOfQueryDto) {}
