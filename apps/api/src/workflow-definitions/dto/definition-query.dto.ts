import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { PageQueryDto } from '../../http/page.dto.ts';

const IsDefinitionId = (description: string) =>
  applyDecorators(ApiPropertyOptional({ format: 'uuid', description }), IsOptional(), IsUUID());

const even = 'That very definition of this name, even if it was deleted.';

export class DefinitionQueryDto {
  @IsDefinitionId(even)
  id?: string;
}

export class DefinitionVersionsQueryDto extends PageQueryDto {
  @IsDefinitionId(even)
  id?: string;
}

export class DeleteDefinitionQueryDto {
  @IsDefinitionId('The definition that is meant: another one of this name stays, and asking twice is no error.')
  id?: string;
}
