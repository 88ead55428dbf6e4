import type { Reason } from '@griffin/contracts';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Attempt, Links, Metrics } from './domain/run.ts';
import { RunEntity } from './run.entity.ts';

/** One try of a run. */
@Entity('attempt')
export class AttemptEntity implements Attempt {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'attempt_pkey' })
  @ForeignKey(() => RunEntity, { name: 'attempt_run_fkey' })
  runId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'attempt_pkey' })
  number: number;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('text')
  phase: Attempt['phase'];

  @Column('uuid', { name: 'boot_id', nullable: true })
  bootId: string | null;

  @Column('text', { nullable: true })
  outcome: Attempt['outcome'];

  @Column('jsonb', { nullable: true })
  reason: Reason | null;

  @Column('jsonb')
  links: Links;

  @Column('jsonb')
  metrics: Metrics;

  @Column('text', { name: 'log_tail', nullable: true })
  logTail: string | null;

  @Column('integer', { name: 'observed_revision' })
  observedRevision: number;

  @Column('text', { nullable: true })
  exit: Attempt['exit'];

  @Column('integer', { name: 'exit_code', nullable: true })
  exitCode: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt: Date | null;
}
