import { Injectable } from '@nestjs/common';
import type { EventEnvelope, EventType } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { In, MoreThan } from 'typeorm';
import { OutboxEntity } from './outbox.entity.ts';

export interface EventLogQuery {
  projectId: string;
  /** The position of the last event already seen; 0 for the beginning. */
  afterPosition: number;
  /** Only these; all without it. */
  types?: readonly EventType[];
  limit: number;
}

export interface LoggedEvent {
  /** Counts the service's published events from 1, without a gap. */
  position: number;
  event: EventEnvelope;
}

/** The service's own published events, for good. */
@Injectable()
export class EventLog {
  /** The next events in the order of `position`. Whoever goes on from the last position seen misses none. */
  async page(tx: Tx, { projectId, afterPosition, types, limit }: EventLogQuery): Promise<LoggedEvent[]> {
    const rows = await tx.find(OutboxEntity, {
      where: { projectId, position: MoreThan(afterPosition), ...(types && { type: In(types) }) },
      order: { position: 'ASC' },
      take: limit,
    });
    return rows.map(({ position, envelope }) => ({ position: position ?? 0, event: envelope as EventEnvelope }));
  }
}
