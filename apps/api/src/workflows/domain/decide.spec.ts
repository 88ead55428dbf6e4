import { describe, expect, it } from 'vitest';
import { leaseLapsed } from './owner-lease.ts';
import { aBootId, aFailure, aModelOutput, aReport, artifactRoot } from './run.fixtures.ts';
import { RunWorld } from './run-world.fixtures.ts';
import type { Signal, SignalOf } from './signal.ts';

const at = new Date('2026-01-01T00:02:00Z');
const claim = (n = 1): Signal => ({ type: 'claim', bootId: aBootId(n), at });
const terminate: Signal = { type: 'terminate', reason: { code: 'terminated', message: 'enough' }, at };
const posted = (report = aReport()): Signal => ({ type: 'report', report, at });
const finished = (overrides: Partial<SignalOf<'finished'>> = {}): Signal => ({
  type: 'finished',
  exit: 'failed',
  exitCode: 1,
  reason: null,
  retryable: false,
  logTail: 'tail',
  stored: { found: 'none' },
  at,
  ...overrides,
});
const progressed = (phase: SignalOf<'progressed'>['phase'], revision: number): Signal => ({
  type: 'progressed',
  phase,
  reason: null,
  revision,
  at,
});
const killed = { reason: { code: 'process_killed', message: 'Killed by signal 9.' }, retryable: true };

function worldAfter(maxAttempts: number, ...signals: Signal[]): RunWorld {
  return after(new RunWorld(maxAttempts), signals);
}

function after(world: RunWorld, signals: Signal[]): RunWorld {
  for (const signal of signals) world.hear({ attempt: world.run.attempt, signal });
  return world;
}

describe('a claim', () => {
  it('by the first process makes the run RUNNING, and by the same one again changes nothing', () => {
    const world = worldAfter(1, claim());
    expect(world.run.state).toBe('RUNNING');
    expect(world.hear({ attempt: 1, signal: claim() })).toBe('unchanged');
  });

  it('by another process, for an earlier attempt, or for a run that is ending is refused', () => {
    expect(worldAfter(1, claim()).hear({ attempt: 1, signal: claim(2) })).toBe('refused');
    expect(worldAfter(2, claim(), finished(killed)).hear({ attempt: 1, signal: claim() })).toBe('refused');
    expect(worldAfter(1, terminate).hear({ attempt: 1, signal: claim() })).toBe('refused');
    expect(worldAfter(1, claim(), posted()).hear({ attempt: 1, signal: claim() })).toBe('refused');
  });
});

describe('a report', () => {
  it('ends the run with its outputs; the same process may repeat it, another is refused', () => {
    const world = worldAfter(1, claim(), posted());
    expect(world.run).toMatchObject({ state: 'SUCCEEDED', metrics: { roc_auc: 0.7 }, outputs: [aModelOutput()] });
    expect(world.hear({ attempt: 1, signal: posted() })).toBe('unchanged');
    expect(world.hear({ attempt: 1, signal: posted(aFailure('process_killed')) })).toBe('unchanged');
    expect(world.hear({ attempt: 1, signal: posted(aReport({ boot_id: aBootId(2) })) })).toBe('refused');
  });

  it('of an attempt that nobody claimed is refused', () => {
    expect(worldAfter(1).hear({ attempt: 1, signal: posted() })).toBe('refused');
  });

  it('after a termination is refused, and a termination after it is a no-op', () => {
    expect(worldAfter(1, claim(), terminate).hear({ attempt: 1, signal: posted() })).toBe('refused');
    expect(worldAfter(1, claim(), posted()).hear({ attempt: 1, signal: terminate })).toBe('unchanged');
  });

  it('of a failure that may pass starts the next attempt, up to the limit', () => {
    const world = worldAfter(2, claim(), posted(aFailure('process_killed')));
    expect(world.run).toMatchObject({
      state: 'PROVISIONING',
      attempt: 2,
      reason: { code: 'process_killed' },
      links: {},
    });
    world.hear({ attempt: 2, signal: claim(2) });
    world.hear({ attempt: 2, signal: posted(aFailure('process_killed', { attempt: 2, boot_id: aBootId(2) })) });
    expect(world.run).toMatchObject({ state: 'FAILED', attempt: 2, retryable: true, logTail: 'the end of the log' });
  });

  it("of the user's own error fails the run at once", () => {
    const world = worldAfter(3, claim(), posted(aFailure('column_missing')));
    expect(world.run).toMatchObject({ state: 'FAILED', attempt: 1, retryable: false });
  });

  it.each([
    ['no model', [], 'output_missing'],
    ['two models', [aModelOutput(), aModelOutput()], 'report_invalid'],
    ['a model of somewhere else', [aModelOutput('file:///elsewhere/model')], 'report_invalid'],
    ['a model that climbs out', [aModelOutput(`${artifactRoot}/../../other`)], 'report_invalid'],
  ])('of success with %s is a failure', (_, outputs, code) => {
    const world = worldAfter(3, claim(), posted(aReport({ outputs })));
    expect(world.run).toMatchObject({ state: 'FAILED', reason: { code }, outputs: [], retryable: false });
  });
});

describe("the cluster's word that an attempt is over", () => {
  it('after the report changes nothing of the run, however badly it exited', () => {
    const world = worldAfter(3, claim(), posted(), finished(killed));
    expect(world.run).toMatchObject({ state: 'SUCCEEDED', resources: 'held', reason: null });
    expect(world.attempts.get(1)).toMatchObject({ exit: 'failed', outcome: 'succeeded' });
  });

  it('without a posted report lets the stored one count', () => {
    const stored = { found: 'report' as const, report: aReport() };
    expect(worldAfter(1, claim(), finished({ stored })).run.state).toBe('SUCCEEDED');
    const failure = { found: 'report' as const, report: aFailure('process_killed') };
    expect(worldAfter(2, claim(), finished({ stored: failure })).run).toMatchObject({
      state: 'PROVISIONING',
      attempt: 2,
    });
  });

  it('does not let the stored report of another process count', () => {
    const stored = { found: 'report' as const, report: aReport({ boot_id: aBootId(2) }) };
    expect(worldAfter(1, claim(), finished({ stored })).run).toMatchObject({
      state: 'FAILED',
      reason: { code: 'report_missing' },
    });
  });

  it("without any report takes the worker's reason", () => {
    expect(worldAfter(2, claim(), finished(killed)).run).toMatchObject({ state: 'PROVISIONING', attempt: 2 });
    expect(worldAfter(1, claim(), finished(killed)).run).toMatchObject({
      state: 'FAILED',
      reason: killed.reason,
      logTail: 'tail',
    });
  });

  it('without any report or reason is report_missing; with one that cannot be read, report_invalid', () => {
    expect(worldAfter(3, claim(), finished({ exit: 'succeeded', exitCode: 0 })).run).toMatchObject({
      state: 'FAILED',
      retryable: false,
      reason: { code: 'report_missing' },
    });
    const stored = { found: 'unreadable' as const, why: 'not JSON' };
    expect(worldAfter(3, claim(), finished({ stored })).run.reason).toEqual({
      code: 'report_invalid',
      message: 'The final report cannot be read: not JSON',
    });
  });

  it('ends what was asked to end: TERMINATED, or FAILED when its time was up', () => {
    expect(worldAfter(3, claim(), terminate, finished(killed)).run).toMatchObject({
      state: 'TERMINATED',
      reason: { code: 'terminated' },
      retryable: false,
    });
    expect(worldAfter(3, claim(), { type: 'timeout', at }, terminate, finished(killed)).run).toMatchObject({
      state: 'FAILED',
      reason: { code: 'run_timeout' },
      retryable: false,
    });
    const lapse: Signal = { type: 'terminate', reason: leaseLapsed(60), at };
    expect(worldAfter(3, claim(), lapse, finished(killed)).run).toMatchObject({
      state: 'TERMINATED',
      attempt: 1,
      reason: { code: 'owner_lost' },
      retryable: true,
    });
  });
});

describe("the cluster's word that nothing of an attempt is left", () => {
  const released: Signal = { type: 'released', at };

  it.each([
    ['after a success', [claim(), posted()], 'SUCCEEDED'],
    ['after a wish to end it', [claim(), terminate], 'TERMINATED'],
    ['after nothing', [], 'FAILED'],
  ])('releases its resources with its end, %s, whichever comes first', (_, before, state) => {
    const over = worldAfter(1, ...before, finished());
    expect(over.run).toMatchObject({ state, resources: 'held' });
    over.hear({ attempt: 1, signal: released });
    expect(over.run).toMatchObject({ state, resources: 'released' });
    const early = worldAfter(1, ...before, released);
    expect(early.run.resources).toBe('held');
    early.hear({ attempt: 1, signal: finished() });
    expect(early.run).toMatchObject({ state, resources: 'released' });
    expect(early.hear({ attempt: 1, signal: released })).toBe('unchanged');
  });

  it('says nothing of the attempt after it', () => {
    const world = worldAfter(2, claim(), finished(killed));
    expect(world.hear({ attempt: 1, signal: released })).toBe('unchanged');
    expect(world.run).toMatchObject({ attempt: 2, resources: 'held' });
    expect(world.attempts.get(1)?.releasedAt).toEqual(at);
    const early = worldAfter(2, claim(), released, finished(killed));
    expect(early.run).toMatchObject({ attempt: 2, resources: 'held' });
  });
});

describe('what the cluster sees', () => {
  it('moves a requested run to PROVISIONING and never a running one back', () => {
    expect(worldAfter(1, progressed('queued', 1)).run.state).toBe('PROVISIONING');
    expect(worldAfter(1, claim(), progressed('starting', 1)).run.state).toBe('RUNNING');
  });

  it('may lose sight of a run and see it again without moving it', () => {
    const world = worldAfter(1, claim(), progressed('running', 1), progressed('lost', 2));
    expect(world.run).toMatchObject({ state: 'RUNNING', observation: { status: 'lost' }, resources: 'unknown' });
    world.hear({ attempt: 1, signal: progressed('running', 3) });
    expect(world.run).toMatchObject({ state: 'RUNNING', observation: { status: 'seen' }, resources: 'held' });
    expect(world.hear({ attempt: 1, signal: progressed('lost', 2) })).toBe('unchanged');
    expect(world.run.observation.status).toBe('seen');
  });

  it('may tell a link even after the end', () => {
    const ready: Signal = { type: 'cluster-ready', links: { ray_dashboard: 'http://ray' }, at };
    expect(worldAfter(1, claim(), posted(), ready).run).toMatchObject({
      state: 'SUCCEEDED',
      links: { ray_dashboard: 'http://ray' },
    });
  });
});

describe("an image of the user's own", () => {
  const customAfter = (maxAttempts: number, ...signals: Signal[]) =>
    after(new RunWorld(maxAttempts, { kind: 'custom', outputs: {} }), signals);
  const exitedWith0 = finished({ exit: 'succeeded', exitCode: 0, logTail: null });

  it('is RUNNING once the cluster sees it run, which makes no other run RUNNING', () => {
    const { run, attempts } = customAfter(1, progressed('starting', 1), progressed('running', 2));
    expect(run).toMatchObject({ state: 'RUNNING', startedAt: at });
    expect(attempts.get(1)).toMatchObject({ startedAt: at, bootId: null });
    expect(worldAfter(1, progressed('running', 1)).run).toMatchObject({ state: 'PROVISIONING', startedAt: null });
    expect(customAfter(1, terminate, progressed('running', 1)).run.state).toBe('TERMINATING');
  });

  it('has succeeded when its container exited with 0, seen running or not', () => {
    expect(customAfter(1, progressed('running', 1), exitedWith0).states).toEqual(['REQUESTED', 'RUNNING', 'SUCCEEDED']);
    expect(customAfter(1, exitedWith0).run).toMatchObject({ state: 'SUCCEEDED', outputs: [] });
  });

  it('has failed by the reason that the worker gives, and is tried again where that may pass', () => {
    const reason = { code: 'runtime_error', message: 'It exited with 3.' };
    expect(customAfter(2, progressed('running', 1), finished({ exitCode: 3, reason })).run).toMatchObject({
      state: 'FAILED',
      reason,
      logTail: 'tail',
    });
    const again = customAfter(2, progressed('running', 1), finished(killed));
    expect(again.run).toMatchObject({ state: 'PROVISIONING', attempt: 2 });
    expect(again.hear({ attempt: 1, signal: progressed('running', 2) })).toBe('unchanged');
    again.hear({ attempt: 2, signal: progressed('running', 3) });
    expect(again.run).toMatchObject({ state: 'RUNNING', attempt: 2 });
  });

  it('that has claimed its attempt is judged by its report, as everyone is', () => {
    const seen = progressed('running', 1);
    expect(customAfter(1, seen, claim(), posted(aReport({ outputs: [] })), exitedWith0).run.state).toBe('SUCCEEDED');
    expect(customAfter(1, seen, claim(), exitedWith0).run).toMatchObject({
      state: 'FAILED',
      reason: { code: 'report_missing' },
    });
    expect(customAfter(1, seen).hear({ attempt: 1, signal: posted() })).toBe('refused');
  });

  it('has not succeeded without the model that it was to produce', () => {
    const world = after(new RunWorld(1, { kind: 'custom' }), [exitedWith0]);
    expect(world.run).toMatchObject({ state: 'FAILED', reason: { code: 'output_missing' } });
  });

  it('that exited with 0 after it was asked to end was terminated', () => {
    expect(customAfter(1, progressed('running', 1), terminate, exitedWith0).run.state).toBe('TERMINATED');
  });
});
