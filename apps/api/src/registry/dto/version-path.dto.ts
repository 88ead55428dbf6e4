import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { NamePathDto } from '../../http/version-path.dto.ts';
import { IsMoment } from '../../moments/is-moment.ts';
import { parseMoment } from '../../moments/moment.ts';
import { aliasRule } from '../../references/is-reference.ts';
import type { Reference } from '../../references/reference.ts';

const selectorPattern = /^(?:[1-9][0-9]{0,8}|[a-z][a-z0-9_-]{0,62})$/;

export class VersionPathDto extends NamePathDto {
  @ApiProperty({ pattern: selectorPattern.source, description: 'A version number, or an alias.' })
  @Matches(selectorPattern, { message: `must be a version number, or ${aliasRule}` })
  version: string;

  static toReference({ name, version }: VersionPathDto): Reference {
    const number = Number(version);
    return Number.isInteger(number) ? { name, version: number, alias: null } : { name, version: null, alias: version };
  }
}

export class ArtifactPathDto extends VersionPathDto {
  @ApiProperty({ name: 'path', description: "The artifact's path.", example: 'model.ubj' })
  @IsString()
  '*': string;
}

export class AsOfQueryDto {
  @ApiPropertyOptional({ format: 'date-time', description: 'Where an alias pointed at that moment; now without it.' })
  @IsOptional()
  @IsMoment()
  at?: string;

  static toMoment({ at }: AsOfQueryDto): Date | undefined {
    return at === undefined ? undefined : parseMoment(at);
  }
}
