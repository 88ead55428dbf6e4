import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import { Gathered, hashToken, newToken, NotFoundError } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import type { Caller } from '../auth/caller.ts';
import type { TokenEntity } from './token.entity.ts';
import { TokenRepository } from './token.repository.ts';

@Injectable()
export class TokenService {
  /** Every request asks for its token's. */
  private readonly callers = new Gathered((hashes: string[]) => this.callersOf(hashes));

  constructor(
    private readonly database: Database,
    private readonly tokens: TokenRepository,
  ) {}

  /** Whose token it is; undefined when it is not valid. */
  async authenticate(token: string): Promise<Caller | undefined> {
    return this.callers.get(hashToken(token));
  }

  /** Makes sure that `projectName` exists and that `token` opens it. */
  async bootstrap(projectName: string, token: string): Promise<void> {
    const given = { projectId: uuid(), projectName, tokenId: uuid(), hash: hashToken(token) };
    await this.database.transaction('token.ensure', (tx) => this.tokens.ensure(tx, given));
  }

  /** A new token of the project. Its text is returned here and kept nowhere. */
  async create(projectId: string, name: string, expiresAt: Date | null): Promise<{ id: string; token: string }> {
    const [id, token] = [uuid(), newToken()];
    await this.database.transaction('token.create', (tx) =>
      this.tokens.insert(tx, { id, projectId, name, hash: hashToken(token), expiresAt }),
    );
    return { id, token };
  }

  /** One row more than `limit`, when there are more. */
  async list(projectId: string, afterId: string | null, limit: number): Promise<TokenEntity[]> {
    return this.tokens.list(this.database.manager, projectId, afterId, limit + 1);
  }

  async revoke(projectId: string, id: string): Promise<void> {
    const removed = await this.database.transaction('token.remove', (tx) => this.tokens.remove(tx, projectId, id));
    if (!removed) throw new NotFoundError('token_unknown', `The project has no token ${id}.`);
  }

  private async callersOf(hashes: string[]): Promise<Map<string, Caller>> {
    const found = await this.database.lookUp((tx) => this.tokens.use(tx, hashes));
    return new Map(found.map(({ hash, projectId, name }) => [hash, { projectId, actor: `token:${name}` }]));
  }
}
