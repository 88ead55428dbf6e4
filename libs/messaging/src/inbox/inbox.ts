import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@griffin/contracts';
import { prepared, type Tx } from '@griffin/database';

/** Makes a delivered-at-least-once event have its effect once. */
@Injectable()
export class Inbox {
  /**
   * Runs `effect` unless the event has had its effect before; false then. `effect` must do all it does through `tx`. A
   * second delivery at the same time waits for the first one's transaction, and follows it if that is rolled back.
   */
  async once(tx: Tx, event: Pick<EventEnvelope, 'id' | 'type'>, effect: () => Promise<void>): Promise<boolean> {
    const inserted = await prepared(
      tx,
      'INSERT INTO inbox (event_id, type) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id',
      [event.id, event.type],
    );
    if (inserted.length === 0) return false;
    await effect();
    return true;
  }
}
