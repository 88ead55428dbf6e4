import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '@griffin/database';
import type { LineageEvent } from './domain/derive.ts';

export interface AsOf {
  event_id: string;
  time: string;
}

@Injectable()
export class IngestRepository {
  /**
   * Until the end of `tx` nobody else adds to the graph: what several events at once add to would be locked in as many
   * orders as there are transactions, and those would wait for each other in rings.
   */
  async takeTurn(tx: Tx): Promise<void> {
    await prepared(tx, `SELECT pg_advisory_xact_lock(hashtextextended('griffin:lineage:ingest', 0))`, []);
  }

  /**
   * Notes the event as the newest snapshot of its subject; false when a newer one is known. Revisions are compared
   * within (source, type, subject); of two with one revision, the later event id is the newer.
   */
  async advance(tx: Tx, { source, type, subject, revision, id }: LineageEvent): Promise<boolean> {
    const advanced = await prepared(
      tx,
      `INSERT INTO snapshot (source, type, subject, revision, event_id) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (source, type, subject) DO UPDATE SET revision = excluded.revision, event_id = excluded.event_id
       WHERE (excluded.revision, excluded.event_id) > (snapshot.revision, snapshot.event_id)
       RETURNING 1`,
      [source, type, subject, revision, id],
    );
    return advanced.length > 0;
  }

  async recordIngested(tx: Tx, { id, projectid, type, time }: LineageEvent): Promise<void> {
    await prepared(tx, 'INSERT INTO ingested_event (event_id, project_id, type, time) VALUES ($1, $2, $3, $4)', [
      id,
      projectid,
      type,
      time,
    ]);
  }

  async isIngested(tx: Tx, projectId: string, eventId: string): Promise<boolean> {
    const found: unknown[] = await tx.query('SELECT 1 FROM ingested_event WHERE event_id = $1 AND project_id = $2', [
      eventId,
      projectId,
    ]);
    return found.length > 0;
  }

  /** The newest event of the project that the graph holds; null before the first one. */
  async asOf(tx: Tx, projectId: string): Promise<AsOf | null> {
    const [newest]: { event_id: string; time: Date }[] = await tx.query(
      `SELECT event_id, time FROM ingested_event WHERE project_id = $1 ORDER BY time DESC, event_id DESC LIMIT 1`,
      [projectId],
    );
    return newest ? { event_id: newest.event_id, time: newest.time.toISOString() } : null;
  }
}
