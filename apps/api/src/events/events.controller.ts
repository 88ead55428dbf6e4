import { Controller, Get, Query } from '@nestjs/common';
import { eventTypes, type EventEnvelope, type EventType } from '@griffin/contracts';
import { Database } from '@griffin/database';
import { EventLog } from '@griffin/messaging';
import { LongPoll } from '@griffin/platform';
import { ApiBearerAuth, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { CurrentProject } from '../auth/caller.ts';
import { commaSeparated } from '../http/comma-separated.ts';
import { WaitDto } from '../http/wait.dto.ts';

class EventQueryDto extends WaitDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0, description: '`next_cursor` of the page before.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after: number = 0;

  /** One type or several, with commas. */
  @ApiPropertyOptional({ ...commaSeparated(Object.keys(eventTypes)), example: 'run.completed,model.registered' })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(Object.keys(eventTypes), { each: true })
  types?: EventType[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

class EventPageDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'CloudEvents.' })
  items: EventEnvelope[];

  @ApiProperty({ description: 'Ask with `after` for what follows, now or later.' })
  next_cursor: string;
}

/** What api published, in the order in which it did, for those without Kafka. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('api/events')
export class EventsController {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly longPoll: LongPoll,
  ) {}

  @Get()
  @ApiOkResponse({ type: EventPageDto })
  async page(
    @CurrentProject() projectId: string,
    @Query() { after, types, wait, limit }: EventQueryDto,
  ): Promise<EventPageDto> {
    const next = async () => {
      const events = await this.log.page(this.database.manager, { projectId, afterPosition: after, types, limit });
      return events.length > 0 ? events : undefined;
    };
    const events = (await this.longPoll.until(next, wait)) ?? [];
    const position = events.at(-1)?.position ?? after;
    return { items: events.map(({ event }) => event), next_cursor: String(position) };
  }
}
