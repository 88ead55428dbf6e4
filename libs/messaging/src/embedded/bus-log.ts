import type { OutgoingMessage } from '../bus-message.ts';
import type { Session } from '../postgres/session.ts';

/** A statement that appends to the log notifies this channel. */
export const busChannel = 'bus_event';

export interface LoggedMessage {
  seq: string;
  topic: string;
  key: string;
  /** Null when it is of none of the topics asked for. */
  envelope: string | null;
}

/** Appends in the order given; a later append of anyone comes after it. */
export async function appendToLog(session: Session, messages: OutgoingMessage[]): Promise<void> {
  await session.query(
    `INSERT INTO bus.event (topic, key, envelope)
     SELECT topic, key, envelope FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY
       AS message (topic, key, envelope, place)
     ORDER BY place`,
    [messages.map(({ topic }) => topic), messages.map(({ key }) => key), messages.map(({ value }) => value)],
  );
}

/** The log after `seq`, in its order. Messages of other topics come without their envelope, so that they can be passed. */
export async function readLog(
  session: Session,
  seq: string,
  topics: string[],
  limit: number,
): Promise<LoggedMessage[]> {
  return session.query<LoggedMessage>(
    `SELECT seq, topic, key, CASE WHEN topic = ANY($2::text[]) THEN envelope END AS envelope
     FROM bus.event WHERE seq > $1 ORDER BY seq LIMIT $3`,
    [seq, topics, limit],
  );
}

/** The `seq` of the last message that the consumer is done with; it begins before the first one. */
export async function readOffset(session: Session, consumer: string): Promise<string> {
  const known = 'SELECT seq FROM bus.consumer WHERE service = $1';
  const added = 'INSERT INTO bus.consumer (service) VALUES ($1) ON CONFLICT DO NOTHING RETURNING seq';
  const [row] = await session.query<{ seq: string }>(known, [consumer]);
  if (row) return row.seq;
  const [first] = await session.query<{ seq: string }>(added, [consumer]);
  return first?.seq ?? '0';
}

export async function moveOffset(session: Session, consumer: string, seq: string): Promise<void> {
  await session.query('UPDATE bus.consumer SET seq = $2, updated_at = clock_timestamp() WHERE service = $1', [
    consumer,
    seq,
  ]);
}
