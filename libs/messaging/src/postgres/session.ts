import { type Commit, committing } from '@griffin/faults';
import pg from 'pg';
import { pause } from '../delivery/backoff.ts';

const connectTimeoutMs = 5_000;
/** No statement of ours takes this long: beyond it the connection counts as dead. */
const queryTimeoutMs = 30_000;

export interface SessionOptions {
  url: string;
  applicationName: string;
  /** Where names without a schema are looked for; the role's own setting unless told. */
  schema?: string;
  /** False: a commit is answered before it is on disk, and may be lost when PostgreSQL crashes within the next second. */
  synchronousCommit?: boolean;
}

/** One connection to PostgreSQL with what lives as long as it does: its locks and what it listens to. */
export class Session {
  readonly #client: pg.Client;
  readonly #lost = new AbortController();
  #notification = new AbortController();

  private constructor(client: pg.Client) {
    this.#client = client;
    client.on('notification', () => this.#notification.abort());
    client.on('error', (error) => this.#lost.abort(error));
    client.on('end', () => this.#lost.abort(new Error('The connection to PostgreSQL has ended.')));
  }

  static async open({ url, applicationName, schema, synchronousCommit = true }: SessionOptions): Promise<Session> {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      options: [
        ...(schema === undefined ? [] : [`-c search_path=${schema}`]),
        ...(synchronousCommit ? [] : ['-c synchronous_commit=off']),
      ].join(' '),
    });
    const session = new Session(client);
    await client.connect();
    return session;
  }

  /** Aborted when the connection is gone, and with it the locks. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async query<R extends object>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    const { rows } = await this.#client.query<R>(sql, parameters);
    return rows;
  }

  /** Commits all that `work` did; `commit` names it. When it throws, the caller has to end the session: that is the rollback. */
  async transaction<T>(commit: Commit, work: () => Promise<T>): Promise<T> {
    await this.query('BEGIN');
    const result = await work();
    await committing(commit, () => this.query('COMMIT'));
    return result;
  }

  /** Takes the lock until the session's end, unless another session has it: then gives false. */
  async tryLock(name: string): Promise<boolean> {
    const [row] = await this.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    );
    return row?.taken ?? false;
  }

  async listen(channel: string): Promise<void> {
    await this.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  }

  /** Forgets the notifications so far: whoever looks for work afterwards sees all that they announced. */
  clearNotifications(): void {
    this.#notification = new AbortController();
  }

  /** Resolves on a notification since they were cleared, after `milliseconds`, or when `signal` aborts. */
  async notified(milliseconds: number, signal: AbortSignal): Promise<void> {
    await pause(milliseconds, AbortSignal.any([signal, this.#notification.signal]));
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}
