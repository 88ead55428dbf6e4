import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { Direction } from '../graph/domain/walk.ts';
import { NodeType } from '../graph/domain/vocabulary.ts';

const nodePattern = new RegExp(`^(${Object.values(NodeType).join('|')}):.+$`, 's');

/** `GET /api/lineage?node=<type>:<id>&direction=&depth=&wait_for=` */
export class LineageQueryDto {
  @MaxLength(2100)
  @Matches(nodePattern, { message: `node must be <type>:<id> with a type of: ${Object.values(NodeType).join(', ')}` })
  node: string;

  @IsOptional()
  @IsIn(Object.values(Direction))
  direction: Direction = Direction.Both;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  depth: number = 20;

  /** Id of an event that the answer must know of. */
  @IsOptional()
  @IsUUID()
  wait_for?: string;
}
