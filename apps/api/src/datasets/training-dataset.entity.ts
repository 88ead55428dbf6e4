import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';

/** A name under which dataset versions are generated. */
@Entity('training_dataset')
@Index('training_dataset_name', ['projectId', 'name'], { unique: true })
export class TrainingDatasetEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'training_dataset_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'training_dataset_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
