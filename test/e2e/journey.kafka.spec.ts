import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Travelled, travel } from '../../dev/demo/journey.ts';
import { eventually, KafkaUnavailable } from '../../libs/testing/src/index.ts';
import { consumeDeadLetters, type DeadLetter, produceMalformed } from './support/dead-letters.ts';
import { type ManagedPostgres, startManagedPostgres } from './support/managed-postgres.ts';
import { type TestPlatform, startPlatform } from './support/platform.ts';
import { allRuns } from './support/run-events.ts';
import { oneWeek } from './support/small-training.ts';
import { consumeRunCompleted, type Received } from './support/run-completed-consumer.ts';

/** What is on the topics before the journey starts, and must not stop it. */
const malformed = ['{"not": "an event"', '{"specversion":"1.0","type":"attempt.finished","data":{}}'];

describe('a model goes from features to registry, on Kafka and a PostgreSQL that is not its own', () => {
  let unavailable: string | undefined;
  let postgres: ManagedPostgres;
  let platform: TestPlatform;
  let completed: { received: Received[]; stop(): Promise<void> };
  let dead: { letters: DeadLetter[]; stop(): Promise<void> };
  let travelled: Travelled;

  beforeAll(async () => {
    postgres = await startManagedPostgres();
    try {
      platform = await startPlatform({ bus: 'kafka', databaseUrl: postgres.url });
    } catch (error) {
      if (!(error instanceof KafkaUnavailable) || process.env['CI'] === 'true') throw error;
      unavailable = error.message;
      return;
    }
    const brokers = platform.stack.kafkaBrokers ?? [];
    completed = await consumeRunCompleted(brokers);
    dead = await consumeDeadLetters(brokers);
    for (const message of malformed) await produceMalformed(brokers, 'attempt.finished', message);
    travelled = await travel(platform.scene, platform.tables, { config: { num_boost_round: 10 }, splits: oneWeek });
  });

  beforeEach((context) => context.skip(unavailable !== undefined, unavailable));

  afterAll(async () => {
    await Promise.all([completed?.stop(), dead?.stop()]);
    await platform?.end();
    await postgres?.stop();
  });

  it('arrives', () => {
    expect(travelled.run.state).toBe('SUCCEEDED');
    expect(travelled.terminated.state).toBe('TERMINATED');
    expect(platform.stack.pid('postgres')).toBeUndefined();
  });

  it('tells a consumer that knows only the published schema of each completed run, once', async () => {
    const runs = (await allRuns(platform.scene.api)).map((run) => `${run.id} ${run.state}`);
    await eventually(() => expect(completed.received.length).toBeGreaterThanOrEqual(runs.length), {
      timeoutMs: 30_000,
    });
    expect(completed.received.map(({ event }) => `${event.data.run_id} ${event.data.state}`).toSorted()).toEqual(
      runs.toSorted(),
    );
    expect(completed.received.every(({ key, event }) => key === event.data.run_id)).toBe(true);
  });

  it('puts what is no event aside, with the reason, and goes on', async () => {
    await eventually(() => expect(dead.letters).toHaveLength(malformed.length), { timeoutMs: 30_000 });
    expect(dead.letters.map(({ original }) => original)).toEqual(malformed);
    for (const letter of dead.letters) {
      expect(letter).toMatchObject({ service: 'api', topic: 'attempt.finished' });
      expect(letter.error.code).toMatch(/^[a-z_]+$/);
    }
  });
});
