import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { AirflowPlatform } from '../support/airflow-platform.ts';
import { Trial } from '../support/trial.ts';

/** What happens to all tasks at once. */
export function describeOutages(given: () => AirflowPlatform): void {
  it('waits on when the triggerer is killed and another takes its place, and leaves what is marked as failed in between to its lease', async () => {
    const on = given();
    const [kept, failed] = [await Trial.begin(on, 'triggerer_killed'), await Trial.begin(on, 'failed_unwatched')];
    const before = await kept.watched();
    await kept.works();
    await failed.watched();
    await failed.works();
    await on.airflow.killTriggerer();
    try {
      await failed.fail();
      await failed.becomes('failed', 1);
      expect((await failed.runs()).map(({ state }) => state)).toEqual(['RUNNING']);
      // A triggerer that begins sooner may take up the trigger before Airflow drops it, and cancel in its stead.
      expect(await failed.end('failed', 1)).toEqual(['TERMINATED']);
      expect((await failed.runs())[0]?.reason?.code).toBe('owner_lost');
    } finally {
      on.airflow.startTriggerer();
    }
    await kept.watchedByAnother(before);
    await kept.release();
    expect(await kept.end('success', 1)).toEqual(['SUCCEEDED']);
  });

  it('loses nothing and does nothing twice while the API is away for a minute', async () => {
    const on = given();
    const begin = (dagIds: string[]) => Promise.all(dagIds.map((dagId) => Trial.begin(on, dagId)));
    const deferred = await begin(['deferred_in_outage', 'deferred_in_outage_impatiently']);
    for (const trial of deferred) {
      await trial.watched();
      await trial.works();
    }
    await on.stack.kill('api');
    const minute = delay(60_000);
    const submitted = await begin(['submitted_in_outage', 'submitted_in_outage_impatiently']);
    const trials = [...deferred, ...submitted];
    // Those that work come to their end meanwhile.
    for (const trial of trials) await trial.release();
    await minute;
    for (const trial of [deferred[0]!, submitted[0]!]) expect((await trial.task()).try_number).toBe(1);
    await on.stack.start('api');

    const tries = await Promise.all(trials.map(async (trial) => (await trial.becomes('success')).try_number));
    expect(tries).toEqual([1, expect.toSatisfy(isSeveral), 1, expect.toSatisfy(isSeveral)]);
    for (const [at, trial] of trials.entries()) {
      expect(await trial.end('success', tries[at]!)).toEqual(['SUCCEEDED']);
    }
  });
}

const isSeveral = (tries: number) => tries > 1;
