import { committing } from '@griffin/faults';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventPublisher } from '../event-publisher.ts';
import { MessagingMetrics } from '../messaging-metrics.ts';
import { ExclusiveLoop } from '../postgres/exclusive-loop.ts';
import type { Session } from '../postgres/session.ts';
import { markPublished, oldestPendingSeconds } from './pending-events.ts';

const batchSize = 100;

/** Carries the outbox to the bus: in the order of its ids, each event at least once, from one replica at a time. */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #publisher: EventPublisher;
  readonly #metrics: MessagingMetrics;
  readonly #loop: ExclusiveLoop;

  constructor(dataSource: DataSource, publisher: EventPublisher, metrics: MessagingMetrics) {
    this.#publisher = publisher;
    this.#metrics = metrics;
    const { url, schema } = connectionOf(dataSource);
    this.#loop = new ExclusiveLoop({
      connection: { url, schema, applicationName: `griffin-${schema}-relay` },
      lock: `griffin:relay:${schema}`,
      channel: `outbox_${schema}`,
      work: (session, stopping) => this.#publishAll(session, stopping),
    });
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#loop.stop();
    await this.#publisher.close();
  }

  async #publishAll(session: Session, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const lag = await oldestPendingSeconds(session);
      this.#metrics.outboxLag.set(lag ?? 0);
      if (lag === undefined) return;
      await this.#publishBatch(session);
    }
  }

  async #publishBatch(session: Session): Promise<void> {
    const messages = await session.transaction('outbox.mark', async () => {
      const batch = await markPublished(session, batchSize);
      await committing('outbox.publish', () => this.#publisher.publish(session, batch));
      return batch;
    });
    for (const { topic } of messages) this.#metrics.published.inc({ topic });
  }
}

function connectionOf({ options }: DataSource): { url: string; schema: string } {
  if (options.type !== 'postgres' || options.url === undefined || options.schema === undefined) {
    throw new Error('The outbox needs a data source that names its PostgreSQL by a URL, and its schema.');
  }
  return { url: options.url, schema: options.schema };
}
