import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';

/** A name under which model versions are registered. */
@Entity('registered_model')
@Index('registered_model_name', ['projectId', 'name'], { unique: true })
export class RegisteredModelEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'registered_model_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'registered_model_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
