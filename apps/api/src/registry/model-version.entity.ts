import type { ModelOutput } from '@griffin/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { RegisteredModelEntity } from './registered-model.entity.ts';

/** What one run's training produced. Never changes. */
@Entity('model_version')
@Index('model_version_number', ['modelId', 'version'], { unique: true })
export class ModelVersionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'model_version_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('uuid', { name: 'model_id' })
  @ForeignKey(() => RegisteredModelEntity, { name: 'model_version_model_fkey' })
  modelId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'run_id' })
  @Index('model_version_run', { unique: true })
  runId: string;

  @Column('uuid', { name: 'dataset_version_id', nullable: true })
  datasetVersionId: string | null;

  @Column('uuid', { name: 'architecture_id', nullable: true })
  architectureId: string | null;

  @Column('jsonb')
  output: ModelOutput;

  @Column('jsonb')
  metrics: Record<string, number>;

  @Column('timestamptz', { name: 'registered_at', default: () => 'now()' })
  registeredAt: Date;
}
