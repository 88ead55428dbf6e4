import type { Reason, ResolvedRunSpec } from '@griffin/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Attempt, Handle } from '../backend/attempt.ts';
import type { Cluster } from '../backend/observation.ts';
import type { Desired, Outcome, WorkloadPhase } from './domain/workload.ts';

/** One attempt of one run. `spec` is absent where the tombstone came first. */
@Entity('workload')
@Index('workload_due', { synchronize: false })
@Check('workload_desired', `desired IN ('present', 'absent')`)
@Check('workload_present_has_spec', `desired = 'absent' OR spec IS NOT NULL`)
@Check('workload_absent_has_reason', `desired = 'present' OR absent_reason IS NOT NULL`)
@Check(
  'workload_phase',
  `phase IN ('requested', 'queued', 'pulling', 'starting', 'running', 'lost', 'stopping', 'releasing', 'finished')`,
)
@Check(
  'workload_finished',
  `(phase IN ('releasing', 'finished')) = (finished_at IS NOT NULL) AND (finished_at IS NULL OR outcome IS NOT NULL)`,
)
@Check('workload_released', `(phase = 'finished') = (released_at IS NOT NULL)`)
export class WorkloadEntity {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'workload_pkey' })
  runId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'workload_pkey' })
  attempt: number;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('jsonb', { nullable: true })
  spec: ResolvedRunSpec | null;

  /** The event that the latest change of what is wanted came by. */
  @Column('text', { name: 'caused_by' })
  causedBy: string;

  @Column('text', { nullable: true })
  traceparent: string | null;

  @Column('text')
  desired: Desired;

  @Column('jsonb', { name: 'absent_reason', nullable: true })
  absentReason: Reason | null;

  @Column('text')
  phase: WorkloadPhase;

  @Column('jsonb', { nullable: true })
  reason: Reason | null;

  @Column('boolean', { default: false })
  made: boolean;

  @Column('jsonb', { nullable: true })
  handle: Handle | null;

  @Column('jsonb', { nullable: true })
  cluster: Cluster | null;

  @Column('integer')
  failures: number;

  @Column('timestamptz', { name: 'unseen_since', nullable: true })
  unseenSince: Date | null;

  @Column('jsonb', { nullable: true })
  outcome: Outcome | null;

  @Column('timestamptz', { name: 'progressed_at', nullable: true })
  progressedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt: Date | null;

  /** When the next look is due. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** The worker that is at it, until `leaseUntil`. */
  @Column('uuid', { name: 'lease_owner', nullable: true })
  leaseOwner: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;
}

/** Null for one of which only its tombstone came. */
export function toAttempt({ runId, attempt, projectId, spec, handle }: WorkloadEntity): Attempt | null {
  return spec && { runId, attempt, projectId, spec, handle };
}
