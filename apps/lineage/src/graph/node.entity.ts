import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'node_pk';

@Entity('node')
export class NodeEntity {
  @PrimaryColumn({ name: 'project_id', type: 'uuid', primaryKeyConstraintName })
  projectId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  type: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  id: string;

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'int', nullable: true })
  version: number | null;

  @Column({ type: 'jsonb' })
  views: Record<string, Record<string, unknown>>;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom: Date;
}
