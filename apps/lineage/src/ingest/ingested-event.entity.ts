import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event that is part of the graph: what `as_of` and `wait_for` are answered from. */
@Entity('ingested_event')
@Index('ingested_event_newest', ['projectId', 'time', 'eventId'])
export class IngestedEventEntity {
  @PrimaryColumn({ name: 'event_id', type: 'uuid', primaryKeyConstraintName: 'ingested_event_pk' })
  eventId: string;

  @Column({ name: 'project_id', type: 'uuid' })
  projectId: string;

  @Column({ type: 'text' })
  type: string;

  @Column({ type: 'timestamptz' })
  time: Date;
}
