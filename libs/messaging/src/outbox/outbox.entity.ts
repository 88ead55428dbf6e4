import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

const bigint = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

/** An event that a transaction decided, and its place in the log once the relay has published it. */
@Entity('outbox')
@Index('outbox_pending', { synchronize: false })
@Index('outbox_log', ['projectId', 'position'])
export class OutboxEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'outbox_pk',
  })
  id: string;

  @Column({ name: 'event_id', type: 'uuid' })
  @Index('outbox_event_id', { unique: true })
  eventId: string;

  @Column({ type: 'text' })
  type: string;

  @Column({ type: 'text' })
  subject: string;

  @Column({ name: 'project_id', type: 'uuid' })
  projectId: string;

  @Column({ type: 'json' })
  envelope: object;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ type: 'bigint', nullable: true, transformer: bigint })
  @Index('outbox_position', { unique: true })
  position: number | null;

  @Column({ name: 'published_at', type: 'timestamptz', nullable: true })
  publishedAt: Date | null;
}
