import type { DatasetOutput, FeatureViewRef, Reason } from '@griffin/contracts';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DatasetState } from './domain/dataset-state.ts';
import { TrainingDatasetEntity } from './training-dataset.entity.ts';

/** One generation of a training dataset. */
@Entity('dataset_version')
@Index('dataset_version_number', ['datasetId', 'version'], { unique: true })
@Check('dataset_version_state', `state IN ('PENDING', 'READY', 'FAILED')`)
@Check('dataset_version_ready', `(state = 'READY') = (output IS NOT NULL)`)
@Check('dataset_version_failed', `(state = 'FAILED') = (reason IS NOT NULL)`)
export class DatasetVersionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'dataset_version_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('uuid', { name: 'dataset_id' })
  @ForeignKey(() => TrainingDatasetEntity, { name: 'dataset_version_dataset_fkey' })
  datasetId: string;

  @Column('integer')
  version: number;

  @Column('text')
  state: DatasetState;

  /** The run that generates it. */
  @Column('uuid', { name: 'run_id', nullable: true })
  runId: string | null;

  @Column('jsonb')
  features: FeatureViewRef[];

  @Column('text')
  description: string;

  @Column('jsonb', { nullable: true })
  output: DatasetOutput | null;

  @Column('jsonb', { nullable: true })
  reason: Reason | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
