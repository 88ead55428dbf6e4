import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';

/** What all versions of a workflow definition share: its name, and the id that its namespace is named after. */
@Entity('workflow_definition')
@Index('workflow_definition_name', ['projectId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class DefinitionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'workflow_definition_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'workflow_definition_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  /** Made by the platform for work of its own. */
  @Column('boolean', { name: 'built_in' })
  builtIn: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** Since when it is no more; its name may be another one's since. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
