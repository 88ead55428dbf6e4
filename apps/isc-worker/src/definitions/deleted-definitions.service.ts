import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '@griffin/database';
import { Gathered } from '@griffin/platform';
import { DeletedDefinitionEntity } from './deleted-definition.entity.ts';

const leaseSeconds = 10;

/** What is known of definitions that are no more. */
@Injectable()
export class DeletedDefinitions {
  readonly #known = new Gathered<string, true>((ids) => this.#those(ids));

  constructor(private readonly database: Database) {}

  async add(tx: Tx, id: string): Promise<void> {
    await tx.query('INSERT INTO deleted_definition (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  }

  async has(id: string): Promise<boolean> {
    return (await this.#known.get(id)) ?? false;
  }

  async #those(ids: string[]): Promise<Map<string, true>> {
    const sql = 'SELECT id FROM deleted_definition WHERE id = ANY ($1)';
    const rows = await this.database.lookUp((tx) => prepared<{ id: string }>(tx, sql, [ids]));
    return new Map(rows.map((row) => [row.id, true]));
  }

  /** Up to `limit` whose removal is due, which nobody else is given for a while. */
  async claimDue(limit: number): Promise<string[]> {
    const [claimed] = await this.database.manager.query<[{ id: string }[], number]>(
      `UPDATE deleted_definition SET due_at = clock_timestamp() + ${leaseSeconds} * interval '1 second'
       WHERE id IN (
         SELECT id FROM deleted_definition WHERE removed_at IS NULL AND due_at <= clock_timestamp()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [limit],
    );
    return claimed.map(({ id }) => id);
  }

  /** The next step of its removal is due in so many milliseconds. */
  async delay(id: string, ms: number): Promise<void> {
    const dueAt = () => `clock_timestamp() + ${Math.round(ms)} * interval '1 millisecond'`;
    await this.database.manager.update(DeletedDefinitionEntity, { id }, { dueAt });
  }

  /** Notes that the cluster has nothing of it. False while an attempt of it is not over: that might make something yet. */
  async conclude(id: string): Promise<boolean> {
    const [, concluded] = await this.database.manager.query<[unknown[], number]>(
      `UPDATE deleted_definition SET removed_at = clock_timestamp()
       WHERE id = $1 AND NOT EXISTS (
         SELECT FROM workload
         WHERE finished_at IS NULL AND released_at IS NULL AND spec->'definition'->>'id' = $1::text)`,
      [id],
    );
    return concluded > 0;
  }
}
