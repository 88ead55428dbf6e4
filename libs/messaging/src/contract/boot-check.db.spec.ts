import { Controller, type Type } from '@nestjs/common';
import type { EventType } from '@griffin/contracts';
import { freshDatabase } from '@griffin/testing';
import { expect, it, onTestFinished } from 'vitest';
import { connectBus, OnEvent } from '../index.ts';
import { createService } from './service.fixture.ts';

@Controller()
class Ready {
  @OnEvent('cluster.ready')
  async handle(): Promise<void> {}
}

@Controller()
class ReadyToo {
  @OnEvent('cluster.ready')
  async handle(): Promise<void> {}
}

@Controller()
class Completed {
  @OnEvent('run.completed')
  async handle(): Promise<void> {}
}

const { urls } = await freshDatabase();

const others: EventType[] = ['attempt.progressed', 'attempt.finished', 'attempt.released'];

async function boot(controllers: Type[], ignores: EventType[]): Promise<void> {
  const bus = { kind: 'embedded', url: urls.api } as const;
  const app = await createService({ service: 'api', url: urls.api, bus, controllers, ignores });
  onTestFinished(() => app.close());
  connectBus(app);
}

it('boots when every consumed type has its one handler or is ignored', async () => {
  await expect(boot([Ready], others)).resolves.toBeUndefined();
});

it.each([
  ['a type without a handler', [Ready], ['attempt.progressed', 'attempt.released'], /attempt\.finished has no handler/],
  ['two handlers of a type', [Ready, ReadyToo], others, /cluster\.ready has 2/],
  ['a handler of a type that it does not get', [Ready, Completed], others, /run\.completed/],
] satisfies [string, Type[], EventType[], RegExp][])(
  'refuses to boot with %s',
  async (_, controllers, ignores, says) => {
    await expect(boot(controllers, ignores)).rejects.toThrow(says);
  },
);
