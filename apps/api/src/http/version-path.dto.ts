import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IsName } from '../references/is-reference.ts';

export class NamePathDto {
  @ApiProperty()
  @IsName()
  name: string;
}

export class NumberedVersionPathDto extends NamePathDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  version: number;
}
