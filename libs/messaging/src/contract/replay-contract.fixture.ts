import type { EventOf } from '@griffin/contracts';
import { eventually } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { expect, it, onTestFinished } from 'vitest';
import { DeadLetters } from '../dead-letters/dead-letters.ts';
import type { Letter } from '../dead-letters/letter.ts';
import { openLetterBus } from '../dead-letters/open-letter-bus.ts';
import { PermanentError } from '../index.ts';
import { progressed, requested, type Progressed } from './attempt-events.fixture.ts';
import { patience, startApi, type BusUnderTest } from './bus-contract.fixture.ts';
import { effectsOf, noteEffect } from './database.fixture.ts';
import { startService, type TestService } from './service.fixture.ts';

const now = { dryRun: false, outOfOrder: false };
const unknownRun = () => new PermanentError('run_unknown', 'No such run.');

/** What an operator may rely on when events were given up, whichever bus they are on. */
export function replayContract(bus: () => BusUnderTest): void {
  function deadLetters(): DeadLetters {
    const letterBus = openLetterBus(bus().options);
    onTestFinished(() => letterBus.close());
    return new DeadLetters(letterBus);
  }

  const put = (event: Progressed) => bus().put('attempt.progressed', event.subject, JSON.stringify(event));

  /** The letters of a run, once there are `count` that fit. */
  const lettersOf = (
    letters: DeadLetters,
    key: string,
    count: number,
    fits: (letter: Letter) => boolean = () => true,
  ) =>
    eventually(async () => {
      const found = (await letters.list({ key })).filter(fits);
      expect(found).toHaveLength(count);
      return found;
    }, patience);

  it('brings a letter to the service that gave up and to no other, and has its effect once however often', async () => {
    const run = uuid();
    const had = { worker: 0, lineage: 0, given: 0 };
    let refusing = true;
    const worker: TestService = await startService({
      service: 'isc-worker',
      url: bus().database.urls.isc,
      bus: bus().options,
      on: {
        'workflow.requested': async (event: EventOf<'workflow.requested'>) => {
          if (event.subject !== run) return;
          if (refusing) throw unknownRun();
          had.given += 1;
          await worker.database.transaction('request.accept', (tx) =>
            worker.inbox.once(tx, event, async () => void (had.worker += 1)),
          );
        },
      },
    });
    await startService({
      service: 'lineage',
      url: bus().database.urls.lineage,
      bus: bus().options,
      on: { 'workflow.requested': async ({ subject }) => (had.lineage += subject === run ? 1 : 0) },
    });
    const original = JSON.stringify(requested(run));
    await bus().put('workflow.requested', run, original);

    const letters = deadLetters();
    const [letter] = await lettersOf(letters, run, 1);
    expect(letter).toMatchObject({ service: 'isc-worker', state: 'open', times: 1, original });
    refusing = false;
    const ids = [letter?.id ?? ''];
    await letters.replay({ ids }, { ...now, dryRun: true });
    expect(await letters.list({ ids })).toMatchObject([{ state: 'open' }]);
    await letters.replay({ ids }, now);
    await letters.replay({ ids }, now);
    await eventually(() => expect(had).toEqual({ worker: 1, lineage: 1, given: 2 }), patience);
    expect(await letters.list({ ids })).toMatchObject([{ state: 'replayed', times: 1 }]);
  });

  it('brings what was mended, and accepts no mending that the service could not take', async () => {
    const run = uuid();
    const api = await startApi(bus(), [run], (event) =>
      api.database.transaction('worker-event.apply', (tx) => api.inbox.once(tx, event, () => noteEffect(tx, event))),
    );
    const right = progressed(run, 1);
    await put({ ...right, data: { ...right.data, attempt: 0 } });
    await put(progressed(run, 2));
    await eventually(async () => expect(await effectsOf(api, run)).toEqual([2]), patience);

    const letters = deadLetters();
    const [letter] = await lettersOf(letters, run, 1);
    const id = letter?.id ?? '';
    await expect(letters.replay({ ids: [id] }, now)).rejects.toThrow(/mended first.*attempt/s);
    await expect(letters.mend(id, '{ "half')).rejects.toThrow(/not JSON/);
    await expect(letters.mend(id, JSON.stringify({ ...right, revision: -1 }))).rejects.toThrow(/event\/revision/);
    await expect(letters.mend(id, JSON.stringify({ ...right, id: uuid() }))).rejects.toThrow(/id has to stay/);
    await expect(letters.mend(id, JSON.stringify({ ...right, subject: uuid() }))).rejects.toThrow(/subject has to/);
    await letters.mend(id, JSON.stringify(right, null, 2));
    await letters.replay({ ids: [id] }, now);
    await letters.replay({ ids: [id] }, now);
    await put(progressed(run, 3));
    await eventually(async () => expect(await effectsOf(api, run)).toEqual([1, 2, 3]), patience);
    expect(await letters.get(id)).toMatchObject({ state: 'replayed', error: { code: 'event_invalid' } });
  });

  it('keeps the order of a key, and leaves none of it behind by an oversight', async () => {
    const run = uuid();
    const seen: number[] = [];
    let refusing = true;
    await startApi(bus(), [run], async ({ revision }) => {
      if (refusing) throw unknownRun();
      seen.push(revision);
    });
    for (const revision of [1, 2, 3]) await put(progressed(run, revision));
    const letters = deadLetters();
    const [first, , last] = await lettersOf(letters, run, 3);
    refusing = false;
    const late = { ids: [last?.id ?? ''] };
    await expect(letters.replay(late, now)).rejects.toThrow(new RegExp(`${first?.id}, .*came earlier`));
    expect(await letters.replay({ key: run, code: 'run_unknown', state: 'open' }, now)).toHaveLength(3);
    await eventually(() => expect(seen).toEqual([1, 2, 3]), patience);
    await expect(letters.get('0123456789abcdef')).rejects.toThrow('There is no letter 0123456789abcdef.');
  });

  it('a replay that fails for good opens its letter again and blocks nothing; a discarded letter stays known', async () => {
    const [run, other] = [uuid(), uuid()];
    const seen: string[] = [];
    await startApi(bus(), [run, other], async ({ subject }) => {
      if (subject === run) throw unknownRun();
      seen.push(subject);
    });
    await put(progressed(run, 1));
    const letters = deadLetters();
    const [letter] = await lettersOf(letters, run, 1);
    await letters.replay({ ids: [letter?.id ?? ''] }, now);
    await lettersOf(letters, run, 1, ({ state, times }) => state === 'open' && times === 2);
    await put(progressed(other, 1));
    await eventually(() => expect(seen).toEqual([other]), patience);
    await letters.discard({ key: run, state: 'open' }, 'a run of a test', { dryRun: false });
    await lettersOf(letters, run, 1, (each) => each.settled?.because === 'a run of a test');
    expect(await letters.list({ key: run, state: 'open' })).toEqual([]);
  });
}
