import { isTerminal, RunKind, RunState, type Reason, type RunInput, type RunOutput } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { etagOf } from '../../http/etag.ts';
import type { OwnerRef } from '../domain/owner.ts';
import type { Progress } from '../domain/progress.ts';
import type { Observation, ResourcesHeld } from '../domain/run.ts';
import type { RegisteredVersion, RunEntity } from '../run.entity.ts';

const anything = { type: 'object', additionalProperties: true } as const;
const numbers = { type: 'object', additionalProperties: { type: 'number' } } as const;

export class ReasonDto implements Reason {
  @ApiProperty({ description: 'For programs.' })
  code: string;

  @ApiProperty({ description: 'For people.' })
  message: string;
}

export class VersionNameDto implements RegisteredVersion {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;
}

export class ObservationDto implements Observation {
  @ApiProperty({ enum: ['unseen', 'seen', 'lost'], description: 'Whether the cluster sees the current attempt.' })
  status: Observation['status'];

  @ApiProperty({ format: 'date-time' })
  since: string;
}

/** A run. Trust the booleans rather than the names of states: states may be added. */
export class RunResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  project_id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: Object.values(RunKind) })
  kind: RunKind;

  @ApiProperty({ type: VersionNameDto })
  definition: VersionNameDto;

  @ApiProperty({ enum: Object.values(RunState) })
  state: RunState;

  @ApiProperty({ description: 'Whether this is final.' })
  is_terminal: boolean;

  @ApiProperty()
  is_successful: boolean;

  @ApiProperty({
    description: 'Of a run without success: whether the same work may succeed when it is submitted again.',
  })
  retryable: boolean;

  @ApiProperty({ type: ReasonDto, nullable: true })
  reason: Reason | null;

  @ApiProperty({ type: String, nullable: true, description: 'The last lines of the log of a run that failed.' })
  log_tail: string | null;

  @ApiProperty({ type: 'integer', description: 'The number of the current attempt.' })
  attempt: number;

  @ApiProperty({ type: ObservationDto })
  observation: Observation;

  @ApiProperty({
    enum: ['held', 'released', 'unknown'],
    description:
      'What the current attempt occupies: `released` once every object of it is gone, which is after the end.',
  })
  resources: ResourcesHeld;

  @ApiProperty({ ...anything, nullable: true, description: '`phase`, `fraction` (0 to 1), `message`, `metrics`.' })
  progress: Progress | null;

  @ApiProperty({ ...numbers, description: "The final report's." })
  metrics: Record<string, number>;

  @ApiProperty({ type: 'array', items: anything })
  inputs: RunInput[];

  @ApiProperty({ type: 'array', items: anything })
  outputs: RunOutput[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  links: Record<string, string>;

  @ApiProperty({ type: VersionNameDto, nullable: true })
  model_version: RegisteredVersion | null;

  @ApiProperty({ type: VersionNameDto, nullable: true })
  dataset_version: RegisteredVersion | null;

  @ApiProperty({ ...anything, nullable: true })
  owner_ref: OwnerRef | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: "For how long the run goes on though nobody asks for it in its owner's name; without end when null.",
  })
  owner_lease_seconds: number | null;

  @ApiProperty({ type: [String] })
  tags: string[];

  @ApiProperty({ type: 'integer', description: 'Counts the changes of all but the progress; the ETag is made of it.' })
  revision: number;

  @ApiProperty({ description: 'The same for two runs that are the same work.' })
  spec_digest: string;

  @ApiProperty({ ...anything, description: 'What was resolved at the submission.' })
  spec: object;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  static of(run: RunEntity): RunResponseDto {
    const { spec } = run;
    const self = `/api/workflows/${run.id}`;
    return {
      id: run.id,
      project_id: run.projectId,
      name: run.name,
      kind: run.kind,
      definition: { id: spec.definition.id, name: run.definitionName, version: run.definitionVersion },
      state: run.state,
      is_terminal: isTerminal(run.state),
      is_successful: run.state === 'SUCCEEDED',
      retryable: run.retryable,
      reason: run.reason,
      log_tail: run.logTail,
      attempt: run.attempt,
      observation: run.observation,
      resources: run.resources,
      progress: run.progress,
      metrics: run.metrics,
      inputs: spec.inputs,
      outputs: run.outputs,
      links: { ...run.links, self, logs: `${self}/logs` },
      model_version: run.modelVersion,
      dataset_version: run.datasetVersion,
      owner_ref: run.ownerRef,
      owner_lease_seconds: run.ownerLeaseSeconds,
      tags: run.tags,
      revision: run.revision,
      spec_digest: spec.digest,
      spec,
      created_at: run.createdAt.toISOString(),
      started_at: run.startedAt?.toISOString() ?? null,
      finished_at: run.finishedAt?.toISOString() ?? null,
    };
  }
}

export class DryRunResponseDto {
  @ApiProperty({ ...anything, description: 'What a run would be resolved to.' })
  spec: object;
}

export class RunNewsDto extends RunResponseDto {
  @ApiProperty()
  etag: string;

  static override of(run: RunEntity): RunNewsDto {
    return { ...RunResponseDto.of(run), etag: etagOf(run) };
  }
}

export class RunNewsResponseDto {
  @ApiProperty({ type: [RunNewsDto], description: 'Only what the client has not seen.' })
  items: RunNewsDto[];
}
