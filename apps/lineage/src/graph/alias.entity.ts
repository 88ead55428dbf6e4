import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'alias_pk';

/** Where each alias of a registered model points, by the newest event about it. */
@Entity('alias')
@Index('alias_model_version', ['projectId', 'modelVersionId'])
export class AliasEntity {
  @PrimaryColumn({ name: 'project_id', type: 'uuid', primaryKeyConstraintName })
  projectId: string;

  @PrimaryColumn({ name: 'model_id', type: 'uuid', primaryKeyConstraintName })
  modelId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  alias: string;

  @Column({ name: 'model_version_id', type: 'uuid', nullable: true })
  modelVersionId: string | null;

  @Column({ type: 'bigint' })
  revision: string;

  @Column({ name: 'event_id', type: 'uuid' })
  eventId: string;
}
