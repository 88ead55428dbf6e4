import { Controller, Module } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { DatabaseModule } from '@griffin/database';
import {
  connectBus,
  messagingEntities,
  messagingMigrations,
  MessagingModule,
  OnEvent,
  type BusOptions,
} from '@griffin/messaging';
import { createService } from '@griffin/platform';
import { eventually } from '@griffin/testing';
import { expect, it, onTestFinished } from 'vitest';
import type { TestApi } from '../api.fixture.ts';

export interface BusThatLoses {
  /** An api that is silent about nothing for longer than a second. */
  api: TestApi;
  /** As isc-worker has it. */
  options: BusOptions;
  /** Takes away all requests that are on the bus, and says how many they were. */
  lose: () => Promise<number>;
}

/** No message that is lost can strand a run, whichever bus it is lost from. */
export function lostRequestContract(bus: () => BusThatLoses): void {
  it('a request that the bus has lost reaches the worker nevertheless', async () => {
    const { api, options, lose } = bus();
    const { id, spec } = await api.submit();
    await eventually(async () => expect(await lose()).toBeGreaterThan(0), { timeoutMs: 20_000 });
    const [{ first }] = (
      await api.database.query('SELECT event_id AS first FROM outbox WHERE subject = $1 ORDER BY id', [id])
    ).rows as [{ first: string }];

    const heard = await listenAsWorker(api.server.urls.isc, options);
    const [again] = await eventually(
      () => {
        expect(heard.length).toBeGreaterThan(0);
        return heard;
      },
      { timeoutMs: 20_000 },
    );
    expect(again).toMatchObject({ subject: id, data: { run_id: id, attempt: 1, spec } });
    expect(heard.map((event) => event.id)).not.toContain(first);
  });
}

/** The requests that a worker hears, which does nothing about them: nobody reports. */
async function listenAsWorker(url: string, bus: BusOptions): Promise<EventOf<'workflow.requested'>[]> {
  const heard: EventOf<'workflow.requested'>[] = [];
  @Controller()
  class Requests {
    @OnEvent('workflow.requested')
    async hear(event: EventOf<'workflow.requested'>): Promise<void> {
      heard.push(event);
    }
  }
  const data = { url, schema: 'isc', entities: messagingEntities, migrations: messagingMigrations } as const;
  const messaging = { service: 'isc-worker', installation: 'test', bus } as const;
  @Module({
    imports: [
      DatabaseModule.forService(data),
      MessagingModule.forService({ ...messaging, ignores: ['workflow.termination-requested', 'definition.deleted'] }),
    ],
    controllers: [Requests],
  })
  class Worker {}
  const app = await createService(Worker, { name: 'isc-worker', logLevel: 'silent' });
  onTestFinished(() => app.close());
  connectBus(app);
  await app.init();
  await app.startAllMicroservices();
  return heard;
}
