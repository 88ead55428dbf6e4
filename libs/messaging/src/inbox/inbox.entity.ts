import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event whose effect this service has had. */
@Entity('inbox')
export class InboxEntity {
  @PrimaryColumn({ name: 'event_id', type: 'uuid', primaryKeyConstraintName: 'inbox_pk' })
  eventId: string;

  @Column({ type: 'text' })
  type: string;

  @Column({ name: 'received_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  receivedAt: Date;
}
