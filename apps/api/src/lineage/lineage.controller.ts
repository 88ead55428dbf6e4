import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../auth/caller.ts';
import { ApiProblems } from '../http/problems.ts';
import { LineageClient } from './lineage-client.ts';

const nodeTypes = ['architecture', 'dataset', 'feature-view', 'definition', 'run', 'model-version', 'output-url'];
const nodePattern = new RegExp(`^(?:${nodeTypes.join('|')}):[\\s\\S]+$`);

class LineageQueryDto {
  @ApiProperty({
    example: 'model-version:0193a000-0000-7000-8000-000000000001',
    description: '<type>:<id>',
    pattern: nodePattern.source,
    maxLength: 2100,
  })
  @IsString()
  @MaxLength(2100)
  @Matches(nodePattern, { message: `must be <type>:<id> with a type of: ${nodeTypes.join(', ')}` })
  node: string;

  @ApiPropertyOptional({ enum: ['upstream', 'downstream', 'both'], default: 'both' })
  @IsOptional()
  @IsIn(['upstream', 'downstream', 'both'])
  direction?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 50, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  depth?: number;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Id of an event that the answer must know of; waits up to 25 s.',
  })
  @IsOptional()
  @IsUUID()
  wait_for?: string;
}

class LineageNodeDto {
  @ApiProperty({ enum: nodeTypes })
  type: string;

  @ApiProperty()
  id: string;

  @ApiProperty({ type: String, nullable: true })
  name: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  version: number | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  attributes: object;

  @ApiProperty({ format: 'date-time' })
  valid_from: string;
}

class LineageEdgeDto {
  @ApiProperty({ description: '<type>:<id>' })
  from: string;

  @ApiProperty({ description: '<type>:<id>' })
  to: string;

  @ApiProperty()
  relation: string;

  @ApiProperty({ format: 'date-time' })
  valid_from: string;
}

class LineageResponseDto {
  @ApiProperty({ type: LineageNodeDto })
  node: LineageNodeDto;

  @ApiProperty({ type: [LineageNodeDto] })
  nodes: LineageNodeDto[];

  @ApiProperty({ type: [LineageEdgeDto] })
  edges: LineageEdgeDto[];

  @ApiProperty({ description: 'Whether there is more than one answer holds.' })
  truncated: boolean;

  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: { event_id: { type: 'string' }, time: { type: 'string', format: 'date-time' } },
    description: 'The newest event that the graph knows of.',
  })
  as_of: object | null;
}

/** Who came from what. The lineage service answers; api only checks the token. */
@ApiTags('lineage')
@ApiBearerAuth()
@Controller('api/lineage')
export class LineageController {
  constructor(private readonly lineage: LineageClient) {}

  @Get()
  @ApiOkResponse({ type: LineageResponseDto })
  @ApiProblems(404)
  async get(
    @CurrentCaller() caller: Caller,
    @Query() query: LineageQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { status, body } = await this.lineage.ask(caller, { ...query });
    reply.status(status);
    if (status >= 400) reply.header('content-type', 'application/problem+json');
    return body;
  }
}
