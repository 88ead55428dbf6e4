import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '@griffin/database';
import { MoreThan } from 'typeorm';
import { TokenEntity } from './token.entity.ts';

@Injectable()
export class TokenRepository {
  async insert(tx: Tx, token: Pick<TokenEntity, 'id' | 'projectId' | 'name' | 'hash' | 'expiresAt'>): Promise<void> {
    await tx.insert(TokenEntity, token);
  }

  /** Makes the project `name` and its token, unless they are there. */
  async ensure(
    tx: Tx,
    given: { projectId: string; projectName: string; tokenId: string; hash: string },
  ): Promise<void> {
    await tx.query(`INSERT INTO project (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, [
      given.projectId,
      given.projectName,
    ]);
    await tx.query(
      `INSERT INTO access_token (id, project_id, name, hash)
       SELECT $1, id, 'bootstrap', $2 FROM project WHERE name = $3 ON CONFLICT (hash) DO NOTHING`,
      [given.tokenId, given.hash, given.projectName],
    );
  }

  /** Of these tokens those that are valid now, and notes their use, at most once a minute. */
  async use(tx: Tx, hashes: string[]): Promise<{ hash: string; projectId: string; name: string }[]> {
    const rows = await prepared<{ id: string; hash: string; project_id: string; name: string; stale: boolean }>(
      tx,
      `SELECT id, hash, project_id, name, coalesce(last_used_at < now() - interval '1 minute', true) AS stale
       FROM access_token WHERE hash = ANY ($1) AND (expires_at IS NULL OR expires_at > now())`,
      [hashes],
    );
    const stale = rows.filter((row) => row.stale).map(({ id }) => id);
    if (stale.length > 0) await tx.query('UPDATE access_token SET last_used_at = now() WHERE id = ANY ($1)', [stale]);
    return rows.map(({ hash, project_id: projectId, name }) => ({ hash, projectId, name }));
  }

  /** In the order in which they were made, after the token `afterId`. */
  async list(tx: Tx, projectId: string, afterId: string | null, limit: number): Promise<TokenEntity[]> {
    const where = { projectId, ...(afterId !== null && { id: MoreThan(afterId) }) };
    return tx.find(TokenEntity, { where, order: { id: 'ASC' }, take: limit });
  }

  /** Whether there was one to remove. */
  async remove(tx: Tx, projectId: string, id: string): Promise<boolean> {
    return (await tx.delete(TokenEntity, { projectId, id })).affected === 1;
  }
}
