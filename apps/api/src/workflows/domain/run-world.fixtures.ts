import { type FinalReport, isTerminal, type ResolvedRunSpec, type RunState } from '@griffin/contracts';
import { decide } from './decide.ts';
import { changed, newAttempt, newRun, type Attempt, type Run } from './run.ts';
import { aSpec } from './run.fixtures.ts';
import type { Signal } from './signal.ts';
import { assertTransition, eventsOf, type RunEventType } from './transition.ts';

/** A signal about an attempt, as it comes out of any order. */
export interface Said {
  attempt: number;
  signal: Signal;
}

/** One run and all that ever came of it, kept as the database keeps it: for tests of the rules, without a database. */
export class RunWorld {
  run: Run;
  readonly attempts = new Map<number, Attempt>();
  readonly events: RunEventType[] = [];
  readonly states: RunState[] = ['REQUESTED'];
  modelVersions = 0;

  constructor(maxAttempts: number, overrides: Partial<ResolvedRunSpec> = {}) {
    this.run = newRun(aSpec({ maxAttempts, overrides }), new Date(0));
    this.attempts.set(1, newAttempt(1));
    this.events.push(...eventsOf(null, this.run));
  }

  /** Lets the rules hear a signal. Says whether anything of the run changed, or that the speaker was refused. */
  hear({ attempt: number, signal }: Said): 'changed' | 'unchanged' | 'refused' | 'unknown' {
    const attempt = this.attempts.get(number);
    if (!attempt) return 'unknown';
    const decision = decide(this.run, attempt, signal);
    if (decision.verdict === 'refused') return 'refused';
    if (decision.attempt) this.attempts.set(number, { ...attempt, ...decision.attempt });
    if (!decision.run) return 'unchanged';
    this.commit(changed(this.run, decision.run));
    return 'changed';
  }

  private commit(after: Run): void {
    assertTransition(this.run, after);
    const events = eventsOf(this.run, after);
    if (after.attempt !== this.run.attempt) this.attempts.set(after.attempt, newAttempt(after.attempt));
    if (after.state !== this.run.state) this.states.push(after.state);
    if (events.includes('run.completed') && after.state === 'SUCCEEDED') this.modelVersions += 1;
    this.events.push(...events);
    this.run = after;
  }

  get terminals(): RunState[] {
    return this.states.filter(isTerminal);
  }

  count(type: RunEventType): number {
    return this.events.filter((event) => event === type).length;
  }

  get acceptedReports(): FinalReport['outcome'][] {
    return [...this.attempts.values()].flatMap(({ outcome }) => outcome ?? []);
  }
}
