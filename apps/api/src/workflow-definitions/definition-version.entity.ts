import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { DefinitionBody } from './domain/definition-body.ts';
import { DefinitionEntity } from './definition.entity.ts';

/** Never changes. */
@Entity('workflow_definition_version')
export class DefinitionVersionEntity {
  @PrimaryColumn('uuid', { name: 'definition_id', primaryKeyConstraintName: 'workflow_definition_version_pkey' })
  @ForeignKey(() => DefinitionEntity, { name: 'workflow_definition_version_definition_fkey' })
  definitionId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'workflow_definition_version_pkey' })
  version: number;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('jsonb')
  body: DefinitionBody;

  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
