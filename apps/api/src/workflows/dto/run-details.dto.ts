import { RunState, type Reason } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import type { AttemptEntity } from '../attempt.entity.ts';
import type { LogPage, LogStreams } from '../logs/run-logs.service.ts';
import type { MetricPoint } from '../metrics/mlflow-client.ts';
import type { RunHistoryEntity } from '../run-history.entity.ts';
import { ReasonDto } from './run.dto.ts';

const iso = (date: Date | null) => date?.toISOString() ?? null;
const time = { type: String, format: 'date-time', nullable: true } as const;

export class AttemptResponseDto {
  @ApiProperty({ type: 'integer' })
  number: number;

  @ApiProperty()
  phase: string;

  @ApiProperty({ type: String, enum: ['succeeded', 'failed', null], nullable: true, description: 'What it reported.' })
  outcome: AttemptEntity['outcome'];

  @ApiProperty({ type: ReasonDto, nullable: true })
  reason: Reason | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  links: Record<string, string>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  metrics: Record<string, number>;

  @ApiProperty({ type: String, nullable: true })
  log_tail: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  exit_code: number | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty(time)
  started_at: string | null;

  @ApiProperty(time)
  finished_at: string | null;

  @ApiProperty({ ...time, description: 'When every object of it was gone from the cluster.' })
  released_at: string | null;

  static of(attempt: AttemptEntity): AttemptResponseDto {
    const { number, phase, outcome, reason, links, metrics } = attempt;
    return {
      number,
      phase,
      outcome,
      reason,
      links,
      metrics,
      log_tail: attempt.logTail,
      exit_code: attempt.exitCode,
      created_at: attempt.createdAt.toISOString(),
      started_at: iso(attempt.startedAt),
      finished_at: iso(attempt.finishedAt),
      released_at: iso(attempt.releasedAt),
    };
  }
}

export class AttemptsResponseDto {
  @ApiProperty({ type: [AttemptResponseDto] })
  items: AttemptResponseDto[];
}

export class HistoryEntryDto {
  @ApiProperty({ type: 'integer' })
  revision: number;

  @ApiProperty({ type: String, enum: [...Object.values(RunState), null], nullable: true })
  from_state: RunState | null;

  @ApiProperty({ enum: Object.values(RunState) })
  state: RunState;

  @ApiProperty({ type: 'integer' })
  attempt: number;

  @ApiProperty({ type: ReasonDto, nullable: true })
  reason: Reason | null;

  @ApiProperty({ description: 'The id of an event, or the name of an actor.' })
  caused_by: string;

  @ApiProperty({ format: 'date-time' })
  changed_at: string;

  static of({ revision, fromState, state, attempt, reason, causedBy, changedAt }: RunHistoryEntity): HistoryEntryDto {
    const who = { caused_by: causedBy, changed_at: changedAt.toISOString() };
    return { revision, from_state: fromState, state, attempt, reason, ...who };
  }
}

export class HistoryResponseDto {
  @ApiProperty({ type: [HistoryEntryDto] })
  items: HistoryEntryDto[];
}

export class LogPageDto implements LogPage {
  @ApiProperty({ type: 'integer' })
  attempt: number;

  @ApiProperty({ example: 'driver' })
  stream: string;

  @ApiProperty()
  text: string;

  @ApiProperty({ type: String, nullable: true, description: 'Where to read on; null when all was read.' })
  next_cursor: string | null;

  @ApiProperty({ description: 'Whether all was read and nothing can follow.' })
  complete: boolean;
}

export class LogStreamsDto implements LogStreams {
  @ApiProperty({ type: 'integer' })
  attempt: number;

  @ApiProperty({
    type: [String],
    description: 'Of which something was stored: a log of Ray appears with its first bytes.',
    example: ['driver', 'ray/head-x7k2p/gcs_server.out', 'ray/head-x7k2p/raylet.out', 'ray/worker-9vbtd/raylet.out'],
  })
  items: string[];
}

export class MetricPointDto implements MetricPoint {
  @ApiProperty()
  key: string;

  @ApiProperty({ type: 'integer' })
  step: number;

  @ApiProperty({ format: 'date-time' })
  timestamp: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Null where it was not a finite number.' })
  value: number | null;
}

export class MetricPageDto {
  @ApiProperty({ type: [MetricPointDto] })
  items: MetricPointDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor: string | null;
}
