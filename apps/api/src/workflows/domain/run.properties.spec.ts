import { isTerminal, type Reason } from '@griffin/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aBootId, aFailure, aReport } from './run.fixtures.ts';
import { RunWorld, type Said } from './run-world.fixtures.ts';
import type { Signal, StoredReport } from './signal.ts';

const at = new Date('2026-01-01T00:02:00Z');
const boots = fc.integer({ min: 1, max: 2 }).map(aBootId);
/** Mostly the first ones, since few stories get further. */
const attempts = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);
const reason: fc.Arbitrary<Reason> = fc
  .constantFrom('process_killed', 'cluster_lost')
  .map((code) => ({ code, message: code }));

const report = (attempt: number) =>
  fc
    .tuple(boots, fc.constantFrom('succeeded', 'process_killed', 'column_missing'))
    .map(([boot_id, outcome]) =>
      outcome === 'succeeded' ? aReport({ attempt, boot_id }) : aFailure(outcome, { attempt, boot_id }),
    );

const stored = (attempt: number): fc.Arbitrary<StoredReport> =>
  fc.oneof(
    fc.constant<StoredReport>({ found: 'none' }),
    fc.constant<StoredReport>({ found: 'unreadable', why: 'no JSON' }),
    report(attempt).map((found) => ({ found: 'report' as const, report: found })),
  );

const finished = (attempt: number): fc.Arbitrary<Signal> =>
  fc.record({
    type: fc.constant('finished' as const),
    exit: fc.constantFrom('succeeded' as const, 'failed' as const, 'stopped' as const, 'never-started' as const),
    exitCode: fc.constantFrom(null, 0, 137),
    reason: fc.option<Reason>(reason),
    retryable: fc.boolean(),
    logTail: fc.constantFrom(null, 'tail'),
    stored: stored(attempt),
    at: fc.constant(at),
  });

const signalOf = (attempt: number): fc.Arbitrary<Signal> =>
  fc.oneof(
    { weight: 4, arbitrary: boots.map((bootId): Signal => ({ type: 'claim', bootId, at })) },
    report(attempt).map((said): Signal => ({ type: 'report', report: said, at })),
    finished(attempt),
    fc.record({
      type: fc.constant('progressed' as const),
      phase: fc.constantFrom('queued' as const, 'starting' as const, 'running' as const, 'lost' as const),
      reason: fc.option<Reason>(reason),
      revision: fc.integer({ min: 1, max: 9 }),
      at: fc.constant(at),
    }),
    fc.constantFrom('a', 'b').map((where): Signal => ({ type: 'links', links: { mlflow: where }, at })),
    fc.constant<Signal>({ type: 'released', at }),
    fc.constant<Signal>({ type: 'cluster-ready', links: { ray_dashboard: 'http://ray' }, at }),
    fc.constant<Signal>({ type: 'terminate', reason: { code: 'terminated', message: 'enough' }, at }),
    fc.constant<Signal>({ type: 'timeout', at }),
  );

const said: fc.Arbitrary<Said> = attempts.chain((attempt) => signalOf(attempt).map((signal) => ({ attempt, signal })));

/** A story with everything said twice, the second time anywhere later: what an at-least-once bus may do. */
const storyWithReplays = fc
  .tuple(
    fc.array(said, { minLength: 1, maxLength: 30, size: 'max' }),
    fc.array(fc.nat(), { maxLength: 30, size: 'max' }),
  )
  .map(([story, replays]) => [...story, ...replays.map((index) => story[index % story.length]!)]);

const maxAttempts = fc.integer({ min: 1, max: 4 });
const kinds = fc.constantFrom('train' as const, 'custom' as const);

it('whatever comes in whatever order, the rules hold after each signal', () => {
  fc.assert(
    fc.property(maxAttempts, kinds, storyWithReplays, (max, kind, story) => {
      const world = new RunWorld(max, { kind });
      for (const step of story) {
        const before = world.run;
        const result = world.hear(step);
        expect(world.run.revision).toBe(before.revision + (result === 'changed' ? 1 : 0));
        if (isTerminal(before.state)) expect(world.run.state).toBe(before.state);
        expect(world.run.attempt).toBeGreaterThanOrEqual(before.attempt);
        expect(world.run.attempt).toBeLessThanOrEqual(max);
        const { finishedAt, releasedAt } = world.attempts.get(world.run.attempt)!;
        expect(world.run.resources === 'released').toBe(finishedAt !== null && releasedAt !== null);
        if (!isTerminal(world.run.state)) expect(world.run.resources).not.toBe('released');
      }
      expect(world.terminals.length).toBeLessThanOrEqual(1);
      expect(world.count('run.completed')).toBe(world.terminals.length);
      expect(world.modelVersions).toBe(world.run.state === 'SUCCEEDED' ? 1 : 0);
      expect(world.count('workflow.requested')).toBe(world.run.attempt);
    }),
    { numRuns: 2_000 },
  );
});

it('an accepted report of success is never lost, and a run succeeds by nothing else', () => {
  fc.assert(
    fc.property(maxAttempts, storyWithReplays, (max, story) => {
      const world = new RunWorld(max);
      for (const step of story) world.hear(step);
      expect(world.acceptedReports.includes('succeeded')).toBe(world.run.state === 'SUCCEEDED');
    }),
    { numRuns: 2_000 },
  );
});

it('every run ends once the cluster is done with each attempt it is asked for', () => {
  fc.assert(
    fc.property(
      maxAttempts,
      storyWithReplays,
      fc.array(finished(1), { minLength: 4, maxLength: 4 }),
      kinds,
      (max, story, ends, kind) => {
        const world = new RunWorld(max, { kind, outputs: {} });
        for (const step of story) world.hear(step);
        for (const signal of ends) world.hear({ attempt: world.run.attempt, signal });
        world.hear({ attempt: world.run.attempt, signal: { type: 'released', at } });
        expect(isTerminal(world.run.state)).toBe(true);
        expect(world.count('run.completed')).toBe(1);
        expect(world.run.resources).toBe('released');
      },
    ),
    { numRuns: 1_000 },
  );
});

it("who does not claim is not RUNNING and does not succeed, unless it is an image of the user's own", () => {
  fc.assert(
    fc.property(maxAttempts, kinds, storyWithReplays, (max, kind, story) => {
      const world = new RunWorld(max, { kind, outputs: {} });
      for (const step of story) if (step.signal.type !== 'claim') world.hear(step);
      const began = world.states.some((state) => state === 'RUNNING' || state === 'SUCCEEDED');
      if (began) expect(kind).toBe('custom');
    }),
    { numRuns: 2_000 },
  );
});

it('saying the same again at once changes nothing', () => {
  fc.assert(
    fc.property(maxAttempts, storyWithReplays, (max, story) => {
      const world = new RunWorld(max);
      for (const step of story) {
        const first = world.hear(step);
        const before = world.run;
        const second = world.hear(step);
        expect(world.run).toBe(before);
        if (first === 'changed' && step.signal.type === 'report') expect(second).toBe('unchanged');
      }
    }),
    { numRuns: 1_000 },
  );
});

it('what is said of an earlier attempt never moves the run', () => {
  const killed = { code: 'process_killed', message: 'killed' };
  const ended = finished(1).map(
    (signal) => ({ ...signal, reason: killed, retryable: true, stored: { found: 'none' } }) as Signal,
  );
  const earlier = said.filter(
    ({ attempt, signal }) => attempt === 1 && !['terminate', 'timeout'].includes(signal.type),
  );
  fc.assert(
    fc.property(ended, storyWithReplays, fc.array(earlier, { minLength: 1 }), (end, story, late) => {
      const world = new RunWorld(4);
      world.hear({ attempt: 1, signal: end });
      expect(world.run.attempt).toBe(2);
      for (const step of story) world.hear(step);
      const before = world.run;
      for (const step of late) world.hear(step);
      expect(world.run).toBe(before);
    }),
    { numRuns: 500 },
  );
});
