import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** What every route accepts whose answer can be held back. */
export class WaitDto {
  /** For how many seconds the answer may be held back until there is news. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 60, default: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60)
  wait: number = 0;
}
