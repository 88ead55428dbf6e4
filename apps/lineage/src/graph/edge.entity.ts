import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'edge_pk';

/** The primary key serves the walk downstream, the index the walk upstream. */
@Entity('edge')
@Index('edge_upstream', ['projectId', 'toType', 'toId'])
export class EdgeEntity {
  @PrimaryColumn({ name: 'project_id', type: 'uuid', primaryKeyConstraintName })
  projectId: string;

  @PrimaryColumn({ name: 'from_type', type: 'text', primaryKeyConstraintName })
  fromType: string;

  @PrimaryColumn({ name: 'from_id', type: 'text', primaryKeyConstraintName })
  fromId: string;

  @PrimaryColumn({ name: 'to_type', type: 'text', primaryKeyConstraintName })
  toType: string;

  @PrimaryColumn({ name: 'to_id', type: 'text', primaryKeyConstraintName })
  toId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  relation: string;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom: Date;
}
