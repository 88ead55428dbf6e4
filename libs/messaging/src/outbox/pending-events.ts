import type { OutgoingMessage } from '../bus-message.ts';
import type { Session } from '../postgres/session.ts';

/** Age of the oldest event that is not published, or undefined when there is none. */
export async function oldestPendingSeconds(session: Session): Promise<number | undefined> {
  const [oldest] = await session.query<{ age: number }>(`
    SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
    FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1`);
  return oldest?.age;
}

/**
 * Gives the next events their positions, which count from 1 without a gap, and returns them in that order. Must run in a
 * transaction that commits only when they are on the bus, and in one session at a time.
 */
export async function markPublished(session: Session, limit: number): Promise<OutgoingMessage[]> {
  return session.query<OutgoingMessage>(
    `WITH next AS (
       SELECT id FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1
     ), placed AS (
       SELECT id, (SELECT coalesce(max(position), 0) FROM outbox) + row_number() OVER (ORDER BY id) AS position FROM next
     ), marked AS (
       UPDATE outbox SET position = placed.position, published_at = clock_timestamp()
       FROM placed WHERE outbox.id = placed.id
       RETURNING outbox.id, type, subject, envelope
     )
     SELECT type AS topic, subject AS key, envelope::text AS value FROM marked ORDER BY id`,
    [limit],
  );
}
