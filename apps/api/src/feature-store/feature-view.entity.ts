import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from '../projects/project.entity.ts';
import type { FeatureViewBody } from './feature-view.ts';

/** A version of a feature view. Never changes. */
@Entity('feature_view_version')
@Index('feature_view_version_number', ['projectId', 'name', 'version'], { unique: true })
export class FeatureViewEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'feature_view_version_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'feature_view_version_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('integer')
  version: number;

  @Column('jsonb')
  body: FeatureViewBody;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
