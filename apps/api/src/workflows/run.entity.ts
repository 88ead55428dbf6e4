import type { Reason, ResolvedRunSpec, RunOutput, RunState } from '@griffin/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';
import type { OwnerRef } from './domain/owner.ts';
import type { Progress } from './domain/progress.ts';
import type { Links, Metrics, Observation, ResourcesHeld } from './domain/run.ts';

/** A version of something the run registered. */
export interface RegisteredVersion {
  id: string;
  name: string;
  version: number;
}

/** A run, with what was decided about it; only `RunLife` changes that. */
@Entity('run')
@Index('run_list', ['projectId', 'id'])
@Index('run_of_definition', ['projectId', 'definitionName', 'id'])
@Index('run_of_name', ['projectId', 'name', 'id'])
@Index('run_of_state', ['projectId', 'state', 'id'])
@Index('run_of_kind', ['projectId', 'kind', 'id'])
@Index('run_of_definition_state', ['projectId', 'definitionName', 'state', 'id'])
@Index('run_of_dag', { synchronize: false })
@Index('run_of_dag_run', { synchronize: false })
@Index('run_unsettled', { synchronize: false })
@Index('run_deadline', { synchronize: false })
@Index('run_active_owner', { synchronize: false })
@Index('run_owner_lease', { synchronize: false })
export class RunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'run_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'run_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('text')
  kind: ResolvedRunSpec['kind'];

  @Column('text', { name: 'definition_name' })
  definitionName: string;

  @Column('integer', { name: 'definition_version' })
  definitionVersion: number;

  @Column('jsonb')
  spec: ResolvedRunSpec;

  @Column('text', { array: true })
  tags: string[];

  @Column('text')
  state: RunState;

  @Column('integer')
  revision: number;

  @Column('integer')
  attempt: number;

  @Column('jsonb', { nullable: true })
  reason: Reason | null;

  @Column('boolean')
  retryable: boolean;

  @Column('jsonb')
  observation: Observation;

  @Column('text')
  resources: ResourcesHeld;

  @Column('jsonb')
  links: Links;

  @Column('jsonb')
  metrics: Metrics;

  @Column('jsonb')
  outputs: RunOutput[];

  @Column('text', { name: 'log_tail', nullable: true })
  logTail: string | null;

  @Column('jsonb', { name: 'model_version', nullable: true })
  modelVersion: RegisteredVersion | null;

  @Column('jsonb', { name: 'dataset_version', nullable: true })
  datasetVersion: RegisteredVersion | null;

  /** Last write wins; no revision counts it. */
  @Column('jsonb', { nullable: true })
  progress: Progress | null;

  @Column('text', { name: 'owner_key', nullable: true })
  ownerKey: string | null;

  @Column('jsonb', { name: 'owner_ref', nullable: true })
  ownerRef: OwnerRef | null;

  /** For how long it goes on though nobody asks for it in its owner's name; without end when null. */
  @Column('integer', { name: 'owner_lease_seconds', nullable: true })
  ownerLeaseSeconds: number | null;

  /** As `domain/owner-lease.ts` has it written. No revision counts it. */
  @Column('timestamptz', { name: 'owner_lease_until', nullable: true })
  ownerLeaseUntil: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  /** When its time limit ends it. */
  @Column('timestamptz', { name: 'deadline_at' })
  deadlineAt: Date;

  /** When somebody last said something of it, or it was last published: silence after that means a lost message. */
  @Column('timestamptz', { name: 'heard_at' })
  heardAt: Date;
}
