import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentProject } from '../auth/caller.ts';
import {
  AttemptResponseDto,
  AttemptsResponseDto,
  HistoryEntryDto,
  HistoryResponseDto,
  LogPageDto,
  LogStreamsDto,
  MetricPageDto,
} from './dto/run-details.dto.ts';
import { AttemptQueryDto, LogQueryDto, MetricQueryDto, RunPathDto } from './dto/run-query.dto.ts';
import { RunLogs } from './logs/run-logs.service.ts';
import { RunMetrics } from './metrics/run-metrics.service.ts';
import { RunQueries } from './run-queries.service.ts';

@ApiTags('workflows')
@ApiBearerAuth()
@Controller('api/workflows/:id')
export class RunDetailsController {
  constructor(
    private readonly queries: RunQueries,
    private readonly runLogs: RunLogs,
    private readonly runMetrics: RunMetrics,
  ) {}

  @Get('attempts')
  @ApiOkResponse({ type: AttemptsResponseDto })
  async attempts(@CurrentProject() projectId: string, @Param() { id }: RunPathDto): Promise<AttemptsResponseDto> {
    const attempts = await this.queries.attempts(projectId, id);
    return { items: attempts.map((attempt) => AttemptResponseDto.of(attempt)) };
  }

  /** Every revision of the run, and what each follows from. */
  @Get('history')
  @ApiOkResponse({ type: HistoryResponseDto })
  async history(@CurrentProject() projectId: string, @Param() { id }: RunPathDto): Promise<HistoryResponseDto> {
    const entries = await this.queries.history(projectId, id);
    return { items: entries.map((entry) => HistoryEntryDto.of(entry)) };
  }

  /** One log stream of an attempt, from the artifact store: by cursor from the start, or the last lines with `tail`. */
  @Get('logs')
  @ApiOkResponse({ type: LogPageDto })
  async logs(
    @CurrentProject() projectId: string,
    @Param() { id }: RunPathDto,
    @Query() query: LogQueryDto,
  ): Promise<LogPageDto> {
    return this.runLogs.read(projectId, id, query);
  }

  /** The log streams of an attempt, from the artifact store: they stay when the pods are gone. */
  @Get('logs/streams')
  @ApiOkResponse({ type: LogStreamsDto })
  async streams(
    @CurrentProject() projectId: string,
    @Param() { id }: RunPathDto,
    @Query() { attempt }: AttemptQueryDto,
  ): Promise<LogStreamsDto> {
    return this.runLogs.streams(projectId, id, attempt);
  }

  /** The history of a metric, from MLflow. */
  @Get('metrics')
  @ApiOkResponse({ type: MetricPageDto })
  async metrics(
    @CurrentProject() projectId: string,
    @Param() { id }: RunPathDto,
    @Query() query: MetricQueryDto,
  ): Promise<MetricPageDto> {
    return this.runMetrics.read(projectId, id, query);
  }
}
