import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The highest epoch and round that an owner was seen with. */
@Entity('run_owner')
export class OwnerEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'run_owner_pkey' })
  projectId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'run_owner_pkey' })
  key: string;

  @Column('integer')
  epoch: number;

  @Column('integer')
  round: number;
}
