import type { Reason, RunState } from '@griffin/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { RunEntity } from './run.entity.ts';

/** A revision of a run: what it was then, and what it follows from. */
@Entity('run_history')
@Index('run_history_end', { synchronize: false })
export class RunHistoryEntity {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'run_history_pkey' })
  @ForeignKey(() => RunEntity, { name: 'run_history_run_fkey' })
  runId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'run_history_pkey' })
  revision: number;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  /** Null for the first revision. */
  @Column('text', { name: 'from_state', nullable: true })
  fromState: RunState | null;

  @Column('text')
  state: RunState;

  @Column('integer')
  attempt: number;

  @Column('jsonb', { nullable: true })
  reason: Reason | null;

  /** The id of an event, or the name of an actor. */
  @Column('text', { name: 'caused_by' })
  causedBy: string;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt: Date;
}
