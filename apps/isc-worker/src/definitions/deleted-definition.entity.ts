import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A definition that is no more: its attempts are refused, and what it has in the cluster is removed. */
@Entity('deleted_definition')
@Index('deleted_definition_due', { synchronize: false })
export class DeletedDefinitionEntity {
  /** The definition's. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'deleted_definition_pkey' })
  id: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** When its removal is taken one step further. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Since when the cluster has nothing of it. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;
}
