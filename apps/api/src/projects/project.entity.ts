import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The tenant: owns everything else. */
@Entity('project')
export class ProjectEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'project_pkey' })
  id: string;

  @Column('text')
  @Index('project_name', { unique: true })
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
