import { deadLetterTopic } from '@griffin/contracts';
import type { OutgoingMessage } from '../bus-message.ts';
import { appendToLog } from '../embedded/bus-log.ts';
import { Session } from '../postgres/session.ts';
import type { LetterBus } from './letter-bus.ts';

/** Needs what every service's role may: to read the log and to append to it. */
export class EmbeddedLetterBus implements LetterBus {
  readonly #url: string;
  #session: Promise<Session> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async read(): Promise<string[]> {
    const session = await this.#open();
    const sql = 'SELECT envelope FROM bus.event WHERE topic = $1 ORDER BY seq';
    const rows = await session.query<{ envelope: string }>(sql, [deadLetterTopic]);
    return rows.map(({ envelope }) => envelope);
  }

  async append(messages: OutgoingMessage[]): Promise<void> {
    await appendToLog(await this.#open(), messages);
  }

  async close(): Promise<void> {
    await (await this.#session)?.end();
  }

  #open(): Promise<Session> {
    return (this.#session ??= Session.open({ url: this.#url, applicationName: 'griffin-dead-letters' }));
  }
}
