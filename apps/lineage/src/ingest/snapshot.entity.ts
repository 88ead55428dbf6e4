import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'snapshot_pk';

/** The newest snapshot seen of each subject, as far as its producer's revisions go. */
@Entity('snapshot')
export class SnapshotEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  source: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  type: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName })
  subject: string;

  @Column({ type: 'bigint' })
  revision: string;

  @Column({ name: 'event_id', type: 'uuid' })
  eventId: string;
}
