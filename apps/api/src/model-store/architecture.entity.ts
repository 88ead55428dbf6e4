import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';
import type { ArchitectureBody } from './architecture.ts';

/** A version of a model architecture. Never changes. */
@Entity('architecture_version')
@Index('architecture_version_number', ['projectId', 'name', 'version'], { unique: true })
export class ArchitectureEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'architecture_version_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'architecture_version_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('integer')
  version: number;

  @Column('jsonb')
  body: ArchitectureBody;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
